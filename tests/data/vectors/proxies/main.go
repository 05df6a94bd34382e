// Which servers Go's HTTP client asks directly, by NO_PROXY: http.ProxyFromEnvironment of a process for each vector, as
// it reads the variables once.
//
// With go1.26.8, at the root of this repository:
//
//	go run tests/data/vectors/proxies/main.go tests/data/proxy_vectors.json
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/exec"
)

type vector struct {
	NoProxy string `json:"no_proxy"`
	URL     string `json:"url"`
	Direct  bool   `json:"direct"`
}

var urls = []string{
	"https://example.com/x", "https://www.example.com", "https://notexample.com", "https://example.com:8443",
	"http://example.com", "https://EXAMPLE.com", "https://10.1.2.3", "https://10.1.2.3:8443", "http://192.168.1.42",
	"https://[2001:db8::1]", "https://[2001:db8::1]:8443", "https://localhost", "http://localhost:8080",
	"https://127.0.0.1", "http://127.8.9.1:80", "https://[::1]", "https://x.localhost", "https://com",
}

var lists = []string{
	"", "*", "example.com", ".example.com", "*.example.com", "example.com:443", "example.com:8443", "example.com:80",
	".example.com:443", " EXAMPLE.com , x", "www.example.com", "com", "ample.com", "e", "10.1.2.3", "10.1.2.3:8443",
	"10.0.0.0/8", "10.1.2.3/32", "10.1.2.2/31", "0.0.0.0/0", "10.0.0.0/33", "10.0.0.0/x", "10.1.2", "192.168.0.0/16,10.0.0.0/9",
	"2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:8443", "2001:db8::/32", "::/0", "::ffff:10.1.2.3", "localhost",
	",,x,*", "example.com,*", "https://example.com", "example.com/", "10.1.2.3:", ":443", "*:443",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) == 1 {
		answer()
		return
	}
	var lines bytes.Buffer
	for _, list := range lists {
		command := exec.Command(os.Args[0])
		command.Env = []string{"HTTPS_PROXY=http://proxy.test:1", "HTTP_PROXY=http://proxy.test:1", "NO_PROXY=" + list}
		output, err := command.Output()
		check(err)
		if lines.Len() > 0 {
			lines.WriteString(",\n")
		}
		lines.Write(bytes.ReplaceAll(bytes.TrimSpace(output), []byte("\n"), []byte(",\n")))
	}
	check(os.WriteFile(os.Args[1], []byte("[\n"+lines.String()+"\n]\n"), 0o644))
}

// A vector a line for the environment of this process.
func answer() {
	encoder := json.NewEncoder(os.Stdout)
	for _, url := range urls {
		request, err := http.NewRequest("GET", url, nil)
		check(err)
		proxy, err := http.ProxyFromEnvironment(request)
		check(err)
		check(encoder.Encode(vector{os.Getenv("NO_PROXY"), url, proxy == nil}))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
