// Which credentials the go command sends to a module proxy, by netrc, by GOAUTH and by the address of the proxy, and
// how it calls the programs that give them: a real go command asks a server on loopback for a list of versions.
//
// With go1.26.8, at the root of this repository:
//
//	go run tests/data/vectors/goauth/main.go "$(go env GOROOT)/bin/go" tests/data/goauth_vectors.json
//
// Bytes of a file are written as the characters U+0000 to U+00FF. `DIR` stands for the folder of the case.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
)

type vector struct {
	Name string `json:"name"`
	// The value of GOAUTH; it is unset where this is empty.
	Goauth string `json:"goauth,omitempty"`
	// The content of ~/.netrc, if there is one.
	Netrc string `json:"netrc,omitempty"`
	// The value of GOPROXY.
	Goproxy string `json:"goproxy"`
	// What the programs print, by the name of the file that holds it.
	Answers map[string]string `json:"answers,omitempty"`
	// The header, `Name: value`, by which a request gets status 200 and an empty list.
	Accept string `json:"accept,omitempty"`
	// The status of the answer to any other request.
	Status int `json:"status"`

	// Whether the go command refuses the value of GOAUTH.
	Invalid bool `json:"invalid,omitempty"`
	// The headers of each request that are not those of every request.
	Requests [][]string `json:"requests"`
	// The lines of the log.
	Calls []string `json:"calls"`
}

const (
	home = "https://proxy.test"
	port = "https://proxy.test:8443"
	sub  = "https://proxy.test/go"
	me   = "login me password secret\n"
	you  = "login you password other\n"
	set  = "https://proxy.test\n\nX-Token: 1\n\n"
)

func answers(pairs ...string) map[string]string {
	found := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		found[pairs[i]] = pairs[i+1]
	}
	return found
}

func git(lines string) map[string]string { return answers("git", lines) }

var vectors = []vector{
	{Name: "netrc names the host", Netrc: "machine proxy.test " + me},
	{Name: "netrc names another host", Netrc: "machine other.test " + me},
	{Name: "netrc names the host of a port", Goproxy: port, Netrc: "machine proxy.test " + me},
	{Name: "netrc names host and port", Goproxy: port, Netrc: "machine proxy.test:8443 " + me},
	{Name: "netrc names a port that is not asked", Netrc: "machine proxy.test:8443 " + me},
	{Name: "netrc names another port", Goproxy: port, Netrc: "machine proxy.test:843 " + me},
	{Name: "netrc has the host, then the port", Goproxy: port, Netrc: "machine proxy.test " + me + "machine proxy.test:8443 " + you},
	{Name: "netrc has the port, then the host", Netrc: "machine proxy.test:8443 " + me + "machine proxy.test " + you},
	{Name: "netrc names the port of https, which the address has", Goproxy: home + ":443", Netrc: "machine proxy.test:443 " + me},
	{Name: "netrc names a path", Goproxy: sub, Netrc: "machine proxy.test/go " + me},
	{Name: "netrc names a longer path", Goproxy: sub, Netrc: "machine proxy.test/go/golang.org/toolchain/@v/list " + me},
	{Name: "netrc names half a path", Goproxy: sub, Netrc: "machine proxy.test/g " + me},
	{Name: "netrc names another path", Goproxy: sub, Netrc: "machine proxy.test/og " + me},
	{Name: "netrc has host and path", Goproxy: sub, Netrc: "machine proxy.test " + me + "machine proxy.test/go " + you},
	{Name: "netrc has an address", Netrc: "machine https://proxy.test/ " + me},
	{Name: "netrc has an address of http", Netrc: "machine http://proxy.test " + me},
	{Name: "netrc has part of a host", Netrc: "machine test " + me + "machine roxy.test " + me + "machine proxy " + me},
	{Name: "netrc has a host twice", Netrc: "machine proxy.test " + me + "machine proxy.test " + you},
	{Name: "netrc has a default", Netrc: "default " + me},
	{Name: "netrc has a login with a colon", Netrc: "machine proxy.test login a:b password c:d\n"},
	{Name: "netrc is in Latin-1", Netrc: "machine proxy.test login \xfc password p\xe4ss\n"},
	{Name: "netrc is in UTF-8", Netrc: "machine proxy.test login \xc3\xbc password \xf0\x9f\x94\x91\n"},
	{Name: "netrc has bytes that are half a blank", Netrc: "machine proxy.test login \x85\xa0 password \xe2\x80\xc2\n"},
	{Name: "netrc has blanks of Unicode", Netrc: "machine\xc2\xa0proxy.test\xe3\x80\x80login\xe2\x80\xa8\xff password\xc2\x85p\n"},
	{Name: "netrc has bytes before a blank of Unicode", Netrc: "machine proxy.test login \xe2\xc2\xa0password \xf0\xe2\x80\xa8"},
	{Name: "netrc has a byte order mark", Netrc: "\xef\xbb\xbfmachine proxy.test " + me},
	{Name: "netrc has NUL", Netrc: "machine proxy.test login \x00 password \x00\n"},
	{Name: "there is no netrc"},

	{Name: "the address has a login", Goproxy: "https://me:secret@proxy.test"},
	{Name: "the address has a login in Latin-1", Goproxy: "https://u%FCs:p%E4ss@proxy.test"},
	{Name: "the address has signs that are escaped", Goproxy: "https://a%3Ab%40:c%2Fd%25@proxy.test"},
	{Name: "the address has signs that need no escape", Goproxy: "https://a+b:c=d&e;f$g!@proxy.test"},
	{Name: "the address has a login without a password", Goproxy: "https://me@proxy.test"},
	{Name: "the address has an empty password", Goproxy: "https://me:@proxy.test"},
	{Name: "the address has a password without a login", Goproxy: "https://:secret@proxy.test"},
	{Name: "the address has a login, and so has netrc", Goproxy: "https://me:secret@proxy.test", Netrc: "machine proxy.test " + you},

	{Name: "off", Goauth: "off", Netrc: "machine proxy.test " + me},
	{Name: "off with blanks", Goauth: " off\t", Netrc: "machine proxy.test " + me},
	{Name: "off, and the address has a login", Goauth: "off", Goproxy: "https://me:secret@proxy.test"},
	{Name: "netrc", Goauth: "netrc", Netrc: "machine proxy.test " + me},
	{Name: "netrc with another word", Goauth: "\u00a0netrc x ", Netrc: "machine proxy.test " + me},
	{Name: "netrc twice", Goauth: "netrc;netrc", Netrc: "machine proxy.test " + me},
	{Name: "an empty command", Goauth: ";", Netrc: "machine proxy.test " + me},
	{Name: "an empty command at the end", Goauth: "netrc;", Netrc: "machine proxy.test " + me},
	{Name: "an empty command between", Goauth: "netrc; ;netrc", Netrc: "machine proxy.test " + me},
	{Name: "blanks alone", Goauth: " \t", Netrc: "machine proxy.test " + me},
	{Name: "off and netrc", Goauth: "off;netrc", Netrc: "machine proxy.test " + me},
	{Name: "netrc and off", Goauth: "netrc;off", Netrc: "machine proxy.test " + me},
	{Name: "OFF", Goauth: "OFF", Netrc: "machine proxy.test " + me},

	{Name: "a command", Goauth: "helper", Answers: answers("helper", set)},
	{Name: "a command, not netrc", Goauth: "helper", Netrc: "machine proxy.test " + me, Answers: answers("helper", "", "helper-url", "")},
	{Name: "a command with words", Goauth: " helper 'a b'  \"c d\"\te'f g", Answers: answers("helper", set)},
	{Name: "a command with an empty word", Goauth: "helper ''", Answers: answers("helper", set)},
	{Name: "a command with a quote that does not end", Goauth: "helper 'a b", Answers: answers("helper", set)},
	{Name: "a command with words that touch", Goauth: "helper 'a'b", Answers: answers("helper", set)},
	{Name: "a command in quotes", Goauth: "'helper' \"x\"", Answers: answers("helper", set)},
	{Name: "a command with a blank of Unicode", Goauth: "helper a\u00a0b", Answers: answers("helper", set)},
	{Name: "a command by its path", Goauth: "DIR/bin/helper x", Answers: answers("helper", set)},
	{Name: "a command that is not there", Goauth: "nothing;netrc", Netrc: "machine proxy.test " + me},
	{Name: "a command without a name", Goauth: "'' x;netrc", Netrc: "machine proxy.test " + me},
	{Name: "a command that fails", Goauth: "helper;netrc", Netrc: "machine proxy.test " + me},
	{Name: "a command that knows nothing", Goauth: "helper;netrc", Netrc: "machine proxy.test " + me, Answers: answers("helper", "", "helper-url", "")},
	{Name: "a command that takes away", Goauth: "helper;netrc", Netrc: "machine proxy.test " + me, Answers: answers("helper", "https://proxy.test\n\n\n", "helper-url", "https://proxy.test/\n\n\n")},
	{Name: "the command comes first", Goauth: "helper;netrc", Netrc: "machine proxy.test " + me, Answers: answers("helper", set, "helper-url", set)},
	{Name: "netrc comes first", Goauth: "netrc;helper", Netrc: "machine proxy.test " + me, Answers: answers("helper", set, "helper-url", set)},
	{Name: "the longer prefix wins", Goauth: "netrc;helper", Netrc: "machine proxy.test " + me, Goproxy: sub, Answers: answers("helper", "https://proxy.test/go\n\nX-Token: 1\n\n")},
	{Name: "two commands", Goauth: "helper a;helper b", Answers: answers("helper", set, "helper-url", set)},
	{Name: "a command that answers when it is given the address", Goauth: "helper", Answers: answers("helper", "", "helper-url", set), Accept: "X-Token: 1"},
	{Name: "a command that fails until it is given the address", Goauth: "helper x", Answers: answers("helper-url", set), Accept: "X-Token: 1"},
	{Name: "a command that answers better when it is given the address", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nX-Token: 0\n\n", "helper-url", set), Accept: "X-Token: 1"},
	{Name: "a command whose answer is wrong twice", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nX-Token: 0\n\n", "helper-url", set), Accept: "X-Token: 2"},
	{Name: "a command is right at once", Goauth: "helper", Answers: answers("helper", set), Accept: "X-Token: 1"},
	{Name: "a command for a path", Goauth: "helper", Goproxy: sub, Answers: answers("helper", "https://proxy.test/go/golang.org/\n\nX-Token: 1\n\n")},
	{Name: "a command for another path", Goauth: "helper", Goproxy: sub, Answers: answers("helper", "https://proxy.test/go/golang\n\nX-Token: 1\n\n")},
	{Name: "a command for a port", Goauth: "helper", Goproxy: port, Answers: answers("helper", set+"https://proxy.test:8443\n\nX-Token: 2\n\n")},
	{Name: "a command for http", Goauth: "helper", Answers: answers("helper", "http://proxy.test\n\nX-Token: 1\n\n")},
	{Name: "an answer with two addresses", Goauth: "helper", Answers: answers("helper", "https://other.test/\nhttps://proxy.test/\n\nX-Token: 1\n\n")},
	{Name: "an answer with two sets", Goauth: "helper", Answers: answers("helper", "https://other.test\n\nX-Token: 0\n\n"+set)},
	{Name: "an answer with an address twice", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nX-Other: 0\n\n"+set)},
	{Name: "an answer with a header twice", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nX-Token: 1\nx-token: 2\n\n")},
	{Name: "an answer with two logins", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nAuthorization: Basic YTpi\nAuthorization: Bearer c\n\n")},
	{Name: "an answer with blanks in a header", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nX-Token: \t 1\t2 \n\n")},
	{Name: "an answer with an empty header", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nX-Token: \n\n")},
	{Name: "an answer with bytes", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nX-Token: \xfc\xe4\n\n")},
	{Name: "an answer with headers that describe the request", Goauth: "helper", Answers: answers("helper", "https://proxy.test\n\nHost: other.test\nContent-Length: 9\nTransfer-Encoding: chunked\nTrailer: x\nX-Token: 1\n\n")},
	{Name: "an answer with a relative address", Goauth: "helper", Answers: answers("helper", "/x\n*\n\nX-Token: 0\n\n"+set)},
	{Name: "an answer with an address of another kind", Goauth: "helper", Answers: answers("helper", "mailto:me@proxy.test\n\nX-Token: 0\n\n"+set)},
}

// Answers that are refused as a whole: netrc says what is sent then.
var refused = map[string]string{
	"with the line ends of Windows":       strings.ReplaceAll(set, "\n", "\r\n"),
	"without a blank line":                "https://proxy.test\nX-Token: 1\n\n",
	"without a blank line at the end":     "https://proxy.test\n\nX-Token: 1\n",
	"without a line end":                  "https://proxy.test\n\nX-Token: 1",
	"with an address alone":               "https://proxy.test\n",
	"with an address and a blank line":    "https://proxy.test\n\n",
	"with a word for an address":          "proxy.test\n\nX-Token: 1\n\n",
	"with a blank before the address":     " https://proxy.test\n\nX-Token: 1\n\n",
	"with a blank in the host":            "https://proxy.test x\n\nX-Token: 1\n\n",
	"with a tab in the address":           "https://proxy.test/\tx\n\nX-Token: 1\n\n",
	"with a port that is no number":       "https://proxy.test:x\n\nX-Token: 1\n\n",
	"with a blank line too many":          "https://proxy.test\n\n\nX-Token: 1\n\n",
	"with a header without a colon":       "https://proxy.test\n\nX-Token\n\n",
	"with a header without a blank":       "https://proxy.test\n\nX-Token:1\n\n",
	"with a header without a name":        "https://proxy.test\n\n: 1\n\n",
	"with a header with a blank name":     "https://proxy.test\n\nX Token: 1\n\n",
	"with a header that goes on":          "https://proxy.test\n\nX-Token: 1\n 2\n\n",
	"with a header with a control sign":   "https://proxy.test\n\nX-Token: 1\x012\n\n",
	"with a header after a good set":      set + "X-Token: 1\n\n",
	"with text that is no answer":         "hello\n",
	"with a broken escape in the address": "https://proxy.test/%zz\n\nX-Token: 1\n\n",
}

var gits = []vector{
	{Name: "host and login", Answers: git("protocol=https\nhost=proxy.test\nusername=me\npassword=secret\n")},
	{Name: "accepted", Answers: git("protocol=https\nhost=proxy.test\nusername=me\npassword=secret\n"), Accept: "Authorization: Basic bWU6c2VjcmV0"},
	{Name: "a path", Goproxy: sub, Answers: git("protocol=https\nhost=proxy.test\npath=go\nusername=me\npassword=secret\n")},
	{Name: "another path", Goproxy: sub, Answers: git("protocol=https\nhost=proxy.test\npath=x\nusername=me\npassword=secret\n")},
	{Name: "a port", Goproxy: port, Answers: git("protocol=https\nhost=proxy.test:8443\nusername=me\npassword=secret\n")},
	{Name: "another host", Answers: git("protocol=https\nhost=other.test\nusername=me\npassword=secret\n")},
	{Name: "part of the host", Answers: git("protocol=https\nhost=proxy\nusername=me\npassword=secret\n")},
	{Name: "another scheme", Answers: git("protocol=http\nhost=proxy.test\nusername=me\npassword=secret\n")},
	{Name: "an address", Answers: git("protocol=http\nhost=other.test\nurl=https://proxy.test/\nusername=me\npassword=secret\n")},
	{Name: "an address that is none", Answers: git("protocol=https\nhost=proxy.test\nurl=proxy.test\nusername=me\npassword=secret\n")},
	{Name: "no login", Answers: git("protocol=https\nhost=proxy.test\npassword=secret\n")},
	{Name: "no password", Answers: git("protocol=https\nhost=proxy.test\nusername=me\n")},
	{Name: "nothing", Answers: git("\n")},
	{Name: "signs and blanks", Answers: git("protocol=https\r\nhost=proxy.test\r\n username=m=e \r\npassword= a=b c\t\r\n")},
	{Name: "bytes", Answers: git("protocol=https\nhost=proxy.test\nusername=\xfc\npassword=p\xe4ss\n")},
	{Name: "a login twice", Answers: git("protocol=https\nhost=proxy.test\nusername=me\npassword=secret\nusername=you\npassword=other\n")},
	{Name: "a failure"},
}

func main() {
	log.SetFlags(0)
	goCommand, output := os.Args[1], os.Args[2]
	for _, status := range []int{400, 403, 404, 407, 410, 429, 451, 500, 503} {
		vectors = append(vectors, vector{
			Name: fmt.Sprintf("a command after status %d", status), Goauth: "helper", Status: status,
			Answers: answers("helper", "", "helper-url", set), Accept: "X-Token: 1",
		})
	}
	var names []string
	for name := range refused {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		vectors = append(vectors, vector{
			Name: "an answer " + name, Goauth: "helper;netrc", Netrc: "machine proxy.test " + me,
			Answers: answers("helper", refused[name], "helper-url", refused[name]),
		})
	}
	for _, vector := range gits {
		vector.Name, vector.Goauth = "git: "+vector.Name, "git DIR/repo"
		vectors = append(vectors, vector)
	}
	login := git("protocol=https\nhost=proxy.test\nusername=me\npassword=secret\n")
	netrc := "machine proxy.test " + you
	vectors = append(vectors,
		vector{Name: "git comes first", Goauth: "git DIR/repo;netrc", Netrc: netrc, Answers: login},
		vector{Name: "git comes after netrc", Goauth: "netrc;git DIR/repo", Netrc: netrc, Answers: login},
		vector{Name: "git and a command", Goauth: "helper;git DIR/repo", Answers: answers("git", login["git"], "helper", "", "helper-url", set)},
		vector{Name: "git without a folder", Goauth: "git", Answers: login},
		vector{Name: "git with two folders", Goauth: "git DIR DIR", Answers: login},
		vector{Name: "git with a relative folder", Goauth: "git .", Answers: login},
		vector{Name: "git with a folder that is not there", Goauth: "git DIR/nothing", Answers: login},
		vector{Name: "git with a file", Goauth: "git DIR/bin/git", Answers: login},
		vector{Name: "git with a folder in quotes", Goauth: "git 'DIR'", Answers: login},
	)
	world := start(goCommand)
	var lines bytes.Buffer
	for i, vector := range vectors {
		world.run(&vector)
		text, err := json.Marshal(vector)
		check(err)
		if i > 0 {
			lines.WriteString(",\n")
		}
		lines.Write(text)
	}
	check(os.WriteFile(output, []byte("[\n"+ascii(lines.String())+"\n]\n"), 0o644))
}

// The server, the proxy that leads to it, and what the current case wants of it.
type world struct {
	goCommand, proxy, certificate, scripts string
	mutex                                  sync.Mutex
	current                                *vector
}

func start(goCommand string) *world {
	world := &world{goCommand: goCommand, scripts: "tests/data/vectors/goauth"}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"proxy.test"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	check(err)
	folder, err := os.MkdirTemp("", "goauth-")
	check(err)
	world.certificate = filepath.Join(folder, "ca.pem")
	check(os.WriteFile(world.certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644))
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	check(err)
	go http.Serve(listener, http.HandlerFunc(world.serve))
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go http.Serve(proxy, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.Method != "CONNECT" || !strings.HasPrefix(request.Host, "proxy.test:") {
			http.Error(writer, "no such host", 502)
			return
		}
		client, _, err := writer.(http.Hijacker).Hijack()
		check(err)
		server, err := net.Dial("tcp", listener.Addr().String())
		check(err)
		io.WriteString(client, "HTTP/1.1 200 Connected\r\n\r\n")
		go io.Copy(server, client)
		go io.Copy(client, server)
	}))
	world.proxy = "http://" + proxy.Addr().String()
	return world
}

func (world *world) serve(writer http.ResponseWriter, request *http.Request) {
	// A request of method HEAD is sent beside the others, to tell git whether its answer was right.
	if request.Method != "GET" {
		return
	}
	headers := []string{}
	for name, values := range request.Header {
		if name == "User-Agent" || name == "Accept-Encoding" {
			continue
		}
		for _, value := range values {
			headers = append(headers, name+": "+latin1(value))
		}
	}
	sort.Strings(headers)
	world.mutex.Lock()
	defer world.mutex.Unlock()
	vector := world.current
	vector.Requests = append(vector.Requests, headers)
	for _, header := range headers {
		if header == vector.Accept {
			return
		}
	}
	writer.Header().Set("WWW-Authenticate", "Basic realm=\"x\"")
	writer.WriteHeader(vector.Status)
}

func (world *world) run(vector *vector) {
	folder, err := os.MkdirTemp("", "goauth-")
	check(err)
	defer os.RemoveAll(folder)
	if vector.Goproxy == "" {
		vector.Goproxy = home
	}
	if vector.Status == 0 {
		vector.Status = 401
	}
	vector.Requests, vector.Calls = [][]string{}, []string{}
	for _, name := range []string{"bin", "answers", "repo", "code"} {
		check(os.Mkdir(filepath.Join(folder, name), 0o755))
	}
	for _, name := range []string{"helper", "git"} {
		script, err := os.ReadFile(filepath.Join(world.scripts, name+".sh"))
		check(err)
		check(os.WriteFile(filepath.Join(folder, "bin", name), script, 0o755))
	}
	for name, text := range vector.Answers {
		check(os.WriteFile(filepath.Join(folder, "answers", name), []byte(text), 0o644))
	}
	if vector.Netrc != "" {
		check(os.WriteFile(filepath.Join(folder, ".netrc"), []byte(vector.Netrc), 0o644))
	}
	world.mutex.Lock()
	world.current = vector
	world.mutex.Unlock()
	logFile := filepath.Join(folder, "log")
	command := exec.Command(world.goCommand, "list", "-m", "-versions", "golang.org/toolchain")
	command.Dir = filepath.Join(folder, "code")
	command.Env = []string{
		"HOME=" + folder, "PATH=" + filepath.Join(folder, "bin") + ":/usr/bin:/bin", "GOENV=off", "GOTOOLCHAIN=local",
		"GOPROXY=" + vector.Goproxy, "GOAUTH=" + strings.ReplaceAll(vector.Goauth, "DIR", folder), "GOFLAGS=-modcacherw",
		"HTTPS_PROXY=" + world.proxy, "SSL_CERT_FILE=" + world.certificate, "GOAUTH_LOG=" + logFile,
		"GOAUTH_ANSWERS=" + filepath.Join(folder, "answers"),
	}
	text, err := command.CombinedOutput()
	world.mutex.Lock()
	defer world.mutex.Unlock()
	vector.Invalid = err != nil && strings.Contains(string(text), "go: GOAUTH")
	if calls, err := os.ReadFile(logFile); err == nil {
		for _, line := range strings.Split(strings.TrimSpace(string(calls)), "\n") {
			vector.Calls = append(vector.Calls, strings.ReplaceAll(line, folder, "DIR"))
		}
	}
	if len(vector.Requests) == 0 && !vector.Invalid {
		log.Fatalf("%s: %s", vector.Name, text)
	}
	vector.Netrc = latin1(vector.Netrc)
	for name, answer := range vector.Answers {
		vector.Answers[name] = latin1(answer)
	}
}

// Each byte as the character of its number.
func latin1(bytes string) string {
	var text strings.Builder
	for _, byte := range []byte(bytes) {
		text.WriteRune(rune(byte))
	}
	return text.String()
}

func ascii(text string) string {
	var escaped strings.Builder
	for _, char := range text {
		if char < 0x7f {
			escaped.WriteRune(char)
			continue
		}
		for _, unit := range utf16.Encode([]rune{char}) {
			fmt.Fprintf(&escaped, "\\u%04x", unit)
		}
	}
	return escaped.String()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
