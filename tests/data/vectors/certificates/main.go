// With which certificates Go's TLS connects: for each case a server on loopback with its chain, and a client that
// trusts its roots alone. The certificates are new in each run, and hold until 2099.
//
// With go1.26.8, at the root of this repository:
//
//	go run tests/data/vectors/certificates/main.go tests/data/certificate_vectors.json
package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"log"
	"math/big"
	"net"
	"os"
	"time"
)

type vector struct {
	Name string `json:"name"`
	// The certificates that the client trusts, and those that the server sends, its own first.
	Roots string `json:"roots"`
	Chain string `json:"chain"`
	// The key of the server, in the form PKCS #8.
	Key string `json:"key"`
	// Why Go does not connect; empty where it does.
	Refused string `json:"refused,omitempty"`
}

// A certificate with its key.
type pair struct {
	der []byte
	key crypto.Signer
}

type change func(*x509.Certificate)

var vectors []any

func main() {
	log.SetFlags(0)
	keys := map[string]func() crypto.Signer{
		"P-256": func() crypto.Signer { return ec(elliptic.P256()) },
		"P-384": func() crypto.Signer { return ec(elliptic.P384()) },
		"P-521": func() crypto.Signer { return ec(elliptic.P521()) },
		"RSA":   func() crypto.Signer { key, err := rsa.GenerateKey(rand.Reader, 2048); check(err); return key },
		"Ed25519": func() crypto.Signer {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			check(err)
			return key
		},
	}
	p256 := keys["P-256"]
	for _, name := range []string{"P-256", "P-384", "P-521", "RSA", "Ed25519"} {
		key := keys[name]
		root := issue(nil, key(), authority)
		try("an authority with "+name, root, issue(&root, p256()))
		root = issue(nil, p256(), authority)
		try("a server with "+name, root, issue(&root, key()))
		own := issue(nil, key(), authority)
		try("trusted itself, an authority with "+name, own, own)
	}
	for _, curve := range []string{"P-256", "P-384", "P-521"} {
		for name, algorithm := range map[string]x509.SignatureAlgorithm{
			"SHA-256": x509.ECDSAWithSHA256, "SHA-384": x509.ECDSAWithSHA384, "SHA-512": x509.ECDSAWithSHA512,
		} {
			root := issue(nil, keys[curve](), authority)
			with := func(template *x509.Certificate) { template.SignatureAlgorithm = algorithm }
			try("an authority with "+curve+" that signs with "+name, root, issue(&root, p256(), with))
		}
	}
	root := issue(nil, p256(), authority)
	other := issue(nil, p256(), authority)

	past := func(template *x509.Certificate) { template.NotAfter = date(2021) }
	future := func(template *x509.Certificate) { template.NotBefore = date(2098) }
	elsewhere := func(template *x509.Certificate) { template.IPAddresses, template.DNSNames = nil, []string{"go.dev"} }
	nameless := func(template *x509.Certificate) { template.IPAddresses = nil }
	basic := func(template *x509.Certificate) { template.BasicConstraintsValid = false }
	purposes := func(purposes ...x509.ExtKeyUsage) change {
		return func(template *x509.Certificate) { template.ExtKeyUsage = purposes }
	}
	client, any, server := x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny, x509.ExtKeyUsageServerAuth
	for kind, is := range map[string]change{"an authority": authority, "a server": func(*x509.Certificate) {}, "neither": basic} {
		for name, changed := range map[string]change{
			"": func(*x509.Certificate) {}, ", expired": past, ", not yet valid": future, ", of another host": elsewhere,
			", of no host": nameless, ", for any purpose": purposes(any), ", for clients": purposes(client),
			", for servers": purposes(server),
		} {
			own := issue(nil, p256(), is, changed)
			// Go looks at the purpose of an authority that is itself the server's, and the library does not.
			if kind != "an authority" || name != ", for clients" {
				try("trusted itself, "+kind+name, own, own)
			}
			try("trusted by nobody, "+kind+name, other, own)
		}
	}
	for name, changed := range map[string]change{
		"for any purpose": purposes(any), "for clients and any purpose": purposes(client, any), "for clients": purposes(client),
		"for clients and servers": purposes(client, server), "for code": purposes(x509.ExtKeyUsageCodeSigning),
		"for any purpose, expired":         func(template *x509.Certificate) { purposes(any)(template); past(template) },
		"for any purpose, of another host": func(template *x509.Certificate) { purposes(any)(template); elsewhere(template) },
	} {
		try("a server "+name, root, issue(&root, p256(), changed))
		try("a server "+name+", of an unknown authority", other, issue(&root, p256(), changed))
		if name != "for any purpose, of another host" {
			between := issue(&root, p256(), authority, changed)
			try("an authority between, "+name, root, issue(&between, p256()), between)
			try("an authority between, "+name+", and a server for any purpose", root, issue(&between, p256(), purposes(any)), between)
		}
	}
	leaf := issue(&root, p256())
	try("trusted itself, of an authority that is not", leaf, leaf)
	try("trusted itself, expired, of an authority that is not", issue(&root, p256(), past), issue(&root, p256(), past))
	expired := issue(&root, p256(), past)
	try("trusted itself, and expired, of an authority that is not", expired, expired)
	try("of an authority of the same name", other, leaf)
	tryRoots("trusted itself, beside an authority of the same name", [][]byte{other.der, leaf.der}, leaf)
	between := issue(&root, p256(), authority)
	below := issue(&between, p256())
	try("an authority between", root, below, between)
	try("an authority between that is not sent", root, below)
	try("an authority between that is itself trusted", between, below)
	noAuthority := issue(&root, p256())
	try("a server between", root, issue(&noAuthority, p256()), noAuthority)
	try("a server that is an authority", root, issue(&root, p256(), authority))
	try("another server is trusted", issue(&root, p256()), leaf)

	var lines bytes.Buffer
	for i, vector := range vectors {
		text, err := json.Marshal(vector)
		check(err)
		if i > 0 {
			lines.WriteString(",\n")
		}
		lines.Write(text)
	}
	check(os.WriteFile(os.Args[1], []byte("[\n"+lines.String()+"\n]\n"), 0o644))
}

func try(name string, root, server pair, between ...pair) {
	tryRoots(name, [][]byte{root.der}, server, between...)
}

func tryRoots(name string, roots [][]byte, server pair, between ...pair) {
	chain := [][]byte{server.der}
	for _, pair := range between {
		chain = append(chain, pair.der)
	}
	pool := x509.NewCertPool()
	for _, root := range roots {
		certificate, err := x509.ParseCertificate(root)
		check(err)
		pool.AddCert(certificate)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() {
		connection, err := listener.Accept()
		check(err)
		config := &tls.Config{Certificates: []tls.Certificate{{Certificate: chain, PrivateKey: server.key}}}
		tls.Server(connection, config).Handshake()
		connection.Close()
		listener.Close()
	}()
	connection, err := net.Dial("tcp", listener.Addr().String())
	check(err)
	err = tls.Client(connection, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}).Handshake()
	connection.Close()
	refused := ""
	if err != nil {
		refused = "refused"
	}
	key, err := x509.MarshalPKCS8PrivateKey(server.key)
	check(err)
	vectors = append(vectors, vector{name, certificates(roots), certificates(chain), block("PRIVATE KEY", key), refused})
}

// A certificate of a server at 127.0.0.1, signed by the issuer, else by itself.
func issue(issuer *pair, key crypto.Signer, changes ...change) pair {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	check(err)
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "server"}, NotBefore: date(2020), NotAfter: date(2099),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true,
	}
	for _, change := range changes {
		change(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, err = x509.ParseCertificate(issuer.der)
		check(err)
		signer = issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	check(err)
	return pair{der, key}
}

func authority(template *x509.Certificate) {
	template.Subject.CommonName, template.IsCA = "authority", true
}

func ec(curve elliptic.Curve) crypto.Signer {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	check(err)
	return key
}

func date(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }

func certificates(all [][]byte) (text string) {
	for _, der := range all {
		text += block("CERTIFICATE", der)
	}
	return text
}

func block(kind string, bytes []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
