// What the go command makes of netrc files, of Go's settings and of the lines of a go.mod, by its own functions:
// they are called in a copy of the sources that come with a toolchain, so that nothing of them is copied here.
//
// With go1.26.8, at the root of this repository:
//
//	cp -r "$(go env GOROOT)" "$copy"
//	mkdir "$copy/src/cmd/go/internal/vectors"
//	cp tests/data/vectors/vectors.go "$copy/src/cmd/go/internal/vectors"
//	GOROOT= GOTOOLCHAIN=local "$copy/bin/go" run -C "$copy/src/cmd" -ldflags=-checklinkname=0 \
//		./go/internal/vectors "$PWD/tests/data"
//
// The same toolchain writes the same bytes each time.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf16"
	_ "unsafe"

	_ "cmd/go/internal/auth"
	_ "cmd/go/internal/cfg"
	"cmd/go/internal/gover"
)

// As in cmd/go/internal/auth.
type netrcLine struct{ machine, login, password string }

//go:linkname parseNetrc cmd/go/internal/auth.parseNetrc
func parseNetrc(data string) []netrcLine

//go:linkname readEnvFile cmd/go/internal/cfg.readEnvFile
func readEnvFile(file, source string)

// As in cmd/go/internal/cfg: m is what the go command goes by.
//
//go:linkname envCache cmd/go/internal/cfg.envCache
var envCache struct {
	once   sync.Once
	m      map[string]string
	goroot map[string]string
}

// How many inputs of each kind are drawn, besides those in the tables.
const drawn = 200

// What may be a blank, to somebody.
var blanks = []string{" ", "\t", "  ", "\u00a0", "\u0085", "\v", "\f", "\r", "\u2028", "\u3000", "\u200b", "\ufeff"}

var ends = []string{"\n", "\n", "\n", "\n\n", "\r\n", "\n\r\n", "\r", ""}

func main() {
	folder := os.Args[1]
	write(filepath.Join(folder, "netrc_vectors.json"), netrc())
	write(filepath.Join(folder, "gomod_lookup_vectors.json"), gomod())
	write(filepath.Join(folder, "goenv_vectors.json"), goenv())
}

func netrc() (vectors []any) {
	inputs := []string{
		"",
		"\n",
		"machine a login u password p",
		"machine a login u password p\n",
		"machine a\r\nlogin u\r\npassword p\r\n",
		"machine a\n\tlogin u\n\tpassword p\n",
		"machine a\nlogin u\n\npassword p\n",
		"machine a password p login u",
		"machine a login u password p\nmachine a login v password q\n",
		"machine a login u\nmachine a login v password q\n",
		"machine a login u login v password p password q",
		"login u password p machine a",
		"login u password p\nmachine a login v password q",
		"machine a login\nu password p",
		"machine a login u account x password p",
		"machine a account login u password p",
		"machine a account login password x login y",
		"machine a login password password login",
		"machine login login login password password",
		"MACHINE a LOGIN u PASSWORD p",
		"machine a login u password \"p q\"",
		"machine a login u password p#1",
		"machine a login u # password p",
		"# machine a login u password p",
		"#\nmachine a login u password p",
		"machine a login u password p extra",
		"machine a login u password p extra word machine b login v password q",
		"default login u password p",
		"default\nmachine a login u password p",
		"default login anonymous password x\nmachine a login u password p",
		"machine a login u password p default\nmachine b login v password q",
		"machine a login u password p\ndefault \nmachine b login v password q",
		"word default\nmachine a login u password p",
		"word word default\nmachine a login u password p",
		"machine default login u password p",
		"default default\nmachine a login u password p",
		"macdef m\nmachine a login u password p\n\nmachine b login v password q\n",
		"macdef m\nmachine a login u password p\nmachine b login v password q",
		"macdef m\r\nmachine a login u password p\r\n\r\nmachine b login v password q\r\n",
		"macdef m\nx\n \nmachine a login u password p\n\nmachine b login v password q\n",
		"macdef\nmachine a login u password p",
		"machine a macdef m login u password p\nx\n\nmachine b login v password q",
		"machine a login u macdef m\npassword p\n\npassword q",
		"macdef m machine a login u password p\n\nmachine b login v password q",
		"machine\u00a0a login\u0085u password\u3000p",
		"machine a login u\u200bv password p",
		"\ufeffmachine a login u password p",
		"machine a login \u00fc password \U0001f511",
		"machine a\x00 login u password p",
		"machine a login u password p machine b login v password q\n",
		"machine a login u password p login w password q\n",
		"machine a.example login u password p\nmachine b.example login v password q\nmachine c.example\n",
	}
	draw := rand.New(rand.NewPCG(1, 0))
	words := []string{"account x", "default", "macdef m", "machine", "login", "password", "x", "# c"}
	pairs := []string{"machine a", "machine a", "machine b", "login u", "login u", "login v", "password p", "password p", "password q"}
	for range drawn {
		var text strings.Builder
		for range 4 + draw.IntN(9) {
			from := pairs
			if draw.IntN(8) == 0 {
				from = words
			}
			text.WriteString(strings.ReplaceAll(pick(draw, from), " ", blank(draw)))
			if draw.IntN(3) == 0 {
				text.WriteString(pick(draw, ends))
			} else {
				text.WriteString(blank(draw))
			}
		}
		inputs = append(inputs, text.String())
	}
	for _, input := range inputs {
		machines := [][3]string{}
		for _, line := range parseNetrc(input) {
			machines = append(machines, [3]string{line.machine, line.login, line.password})
		}
		vectors = append(vectors, struct {
			In       string      `json:"in"`
			Machines [][3]string `json:"machines"`
		}{input, machines})
	}
	return vectors
}

func gomod() (vectors []any) {
	inputs := []string{
		"",
		"go 1.22",
		"go 1.22\n",
		"go 1.22\r\n",
		"module m\r\n\r\ngo 1.22\r\n\r\ntoolchain go1.22.4\r\n",
		"module m\rgo 1.22\r",
		"go\t1.22\ntoolchain\tgo1.22.4\n",
		"go \t 1.22 \t\n",
		"go  1.22 1.23\n",
		"go\n1.22\n",
		"go \n",
		"go",
		"go \ngo 1.22\n",
		"go1.22\ngo 1.23\n",
		"go 1.22\ngo 1.23\n",
		"\tgo 1.22\n",
		"\u00a0go 1.22\n",
		"\u0085go 1.22\u0085\n",
		"go\u00a01.22\ngo 1.23\n",
		"go \u00a01.22\n",
		"go\v1.22\n",
		"\v\fgo 1.22\v\f\n",
		"\ufeffgo 1.22\n",
		"\u200bgo 1.22\n",
		"go 1.22\u200b\n",
		"\u2028go 1.22\u2029\n",
		"go 1.22 // c\n",
		"go 1.22// c\n",
		"go //1.22\n",
		"go // 1.22\ngo 1.23\n",
		"go/ 1.22\n",
		"go / / 1.22\n",
		"// go 1.22\n",
		"/* go 1.22 */\n",
		"/*\ngo 1.22\n*/\n",
		"go \"1.22\"\n",
		"go `1.22`\n",
		"require (\n\tgo 1.22\n)\n",
		"require (\n\ttoolchain go1.22\n)\ngo 1.21\n",
		"module go 1.22\n",
		"Go 1.22\nGO 1.22\n",
		"toolchain default\n",
		"toolchain go1.22.4 // c\n",
		"toolchaingo1.22\ntoolchain go1.22\n",
		"toolchain\u3000go1.22\n",
		"tool chain\n",
		"go 1.22\x00\n",
		"\x00go 1.22\n",
		"go 1.22\\\n.3\n",
		"go 1.22;toolchain go1.22\n",
		"use ./a\ngo 1.22\nreplace go => go v1.0.0\n",
		"module m // go 1.21\ngo 1.22\n",
	}
	draw := rand.New(rand.NewPCG(2, 0))
	keys := []string{"go", "go", "go", "toolchain", "toolchain", "module", "xgo", "gox", "// go", "Go", ""}
	values := []string{"1.22", "1.21.3", "1.23rc1", "go1.22.4", "default", "m", "1", "", "\u00fc", "(", "\"1.22\""}
	afters := []string{"", "", "", "// c", " // c", "/", "/ /", "\u00a0", "\u0085", "\u200b", " ", "\t", "\r"}
	for range drawn {
		var text strings.Builder
		for range 1 + draw.IntN(5) {
			if draw.IntN(3) == 0 {
				text.WriteString(blank(draw))
			}
			text.WriteString(pick(draw, keys) + blank(draw) + pick(draw, values) + pick(draw, afters))
			text.WriteString(pick(draw, ends))
		}
		inputs = append(inputs, text.String())
	}
	for _, input := range inputs {
		vectors = append(vectors, struct {
			In        string `json:"in"`
			Go        string `json:"go"`
			Toolchain string `json:"toolchain"`
		}{input, gover.GoModLookup([]byte(input), "go"), gover.GoModLookup([]byte(input), "toolchain")})
	}
	return vectors
}

func goenv() (vectors []any) {
	// The GOENV file of the user, and the go.env of a GOROOT.
	inputs := [][2]string{
		{"", ""},
		{"GOPROXY=a", ""},
		{"GOPROXY=a\n", ""},
		{"GOPROXY=a\r\n", ""},
		{"GOPROXY=a\rGOPROXY=b\r", ""},
		{"GOPROXY=\n", ""},
		{"GOPROXY\n", ""},
		{"GOPROXY=a=b\n", ""},
		{"GOPROXY==\n", ""},
		{"=GOPROXY=a\n", ""},
		{"GOPROXY= a \n", ""},
		{"GOPROXY =a\n", ""},
		{" GOPROXY=a\n", ""},
		{"\tGOPROXY=a\n", ""},
		{"\u00a0GOPROXY=a\u00a0\n", ""},
		{"\ufeffGOPROXY=a\n", ""},
		{"#GOPROXY=a\n", ""},
		{"GOPROXY=a # c\n", ""},
		{"GOPROXY=\"a\"\n", ""},
		{"GOPROXY='a'\n", ""},
		{"export GOPROXY=a\n", ""},
		{"goproxy=a\nGoProxy=b\n", ""},
		{"\u00c4=a\n", ""},
		{"GOPROXY=\u00e4\u0085\n", ""},
		{"GOPROXY=a\nGOPROXY=b\n", ""},
		{"GOPROXY=a\nGOPROXY=\n", ""},
		{"GOPROXY=a\nGOPROXY\n", ""},
		{"GOPROXY=a\n#GOPROXY=b\n", ""},
		{"GOPROXY=a\n\n\nGOSUMDB=b\n", ""},
		{"GOPROXY=a\x00b\n", ""},
		{"\nGOPROXY=a", ""},
		{"GOPROXY=a\\\nb\n", ""},
		{"[GOPROXY=a\nZ=a\n@=a\n{=a\n`=a\n", ""},
		{"", "GOPROXY=a\n"},
		{"", "# c\nGOPROXY=a\nGOSUMDB=b\nGOTOOLCHAIN=auto\n"},
		{"", "GOPROXY=a\r\n"},
		{"", "GOPROXY=\n"},
		{"", "GOPROXY=a\nGOPROXY=b\n"},
		{"", "GOPROXY=\nGOPROXY=b\n"},
		{"", "GOPROXY=a\nGOPROXY=\n"},
		{"GOPROXY=u\n", "GOPROXY=a\n"},
		{"GOPROXY=\n", "GOPROXY=a\n"},
		{"GOPROXY\n", "GOPROXY=a\n"},
		{" GOPROXY=u\n", "GOPROXY=a\n"},
		{"GOPROXY=u\nGOPROXY=v\n", "GOPROXY=a\nGOPROXY=b\nGOSUMDB=c\n"},
		{"GOSUMDB=u\n", "GOPROXY=a\nGOSUMDB=b\n"},
		{"GOROOT=/u\n", "GOROOT=/a\n"},
		{"GOTOOLCHAIN=local\r\n", "GOTOOLCHAIN=auto\n"},
	}
	draw := rand.New(rand.NewPCG(3, 0))
	keys := []string{
		"GOPROXY", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN", "GOROOT", "goproxy", "GOPROXY ", " GOPROXY", "#GOPROXY", "",
		"Z", "\u00c4", "\u00a0GOPROXY", "\tGOSUMDB", "GOPROXY\r",
	}
	middles := []string{"=", "=", "=", "=", "==", " = ", ""}
	values := []string{"", "a", "b", "a=b", " a ", "\"a\"", "\u00e4", "\u00a0", "\u0085", "a # c", "off"}
	for range drawn {
		var input [2]string
		for file := range input {
			for range draw.IntN(5) {
				input[file] += pick(draw, keys) + pick(draw, middles) + pick(draw, values) + pick(draw, ends)
			}
		}
		inputs = append(inputs, input)
	}
	folder, err := os.MkdirTemp("", "goenv-")
	check(err)
	defer os.RemoveAll(folder)
	for _, input := range inputs {
		envCache.m, envCache.goroot = map[string]string{}, map[string]string{}
		for file, source := range []string{"user", "GOROOT"} {
			path := filepath.Join(folder, source)
			check(os.WriteFile(path, []byte(input[file]), 0o644))
			readEnvFile(path, source)
		}
		vectors = append(vectors, struct {
			User     string            `json:"user"`
			Goroot   string            `json:"goroot"`
			Settings map[string]string `json:"settings"`
		}{input[0], input[1], envCache.m})
	}
	return vectors
}

func blank(draw *rand.Rand) string {
	if draw.IntN(4) > 0 {
		return " "
	}
	return pick(draw, blanks)
}

func pick(draw *rand.Rand, from []string) string {
	return from[draw.IntN(len(from))]
}

// A vector a line, in ASCII: many of the characters cannot be seen.
func write(path string, vectors []any) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for _, vector := range vectors {
		check(encoder.Encode(vector))
	}
	var text strings.Builder
	text.WriteString("[\n")
	for _, char := range strings.ReplaceAll(strings.TrimSpace(lines.String()), "\n", ",\n") {
		if char < 0x7f {
			text.WriteRune(char)
			continue
		}
		for _, unit := range utf16.Encode([]rune{char}) {
			fmt.Fprintf(&text, "\\u%04x", unit)
		}
	}
	text.WriteString("\n]\n")
	check(os.WriteFile(path, []byte(text.String()), 0o644))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
