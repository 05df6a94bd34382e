#!/bin/bash
# Certificates that gox refuses and that neither Go nor rcgen makes, in the form of the vectors beside.
#
# With OpenSSL 3.0, at the root of this repository:
#
#	tests/data/vectors/certificates/openssl.sh >tests/data/refused_certificates.json
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
echo 'subjectAltName = IP:127.0.0.1' >names

# NAME, the arguments for the key of the authority, and those for signing the server's certificate.
try() {
    local name=$1 key=$2 signing=$3
    # shellcheck disable=SC2086
    openssl genpkey $key -out ca.key
    openssl req -x509 -new -key ca.key -subj '/CN=authority' -days 27000 -out ca.pem
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out server.key
    openssl req -new -key server.key -subj '/CN=127.0.0.1' -out server.csr
    # shellcheck disable=SC2086
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 27000 $signing -out server.pem 2>/dev/null
    jq --null-input --compact-output --arg name "$name" --rawfile roots ca.pem --rawfile chain server.pem \
        --rawfile key server.key '$ARGS.named'
}

{
    try 'RSA and SHA-1' '-algorithm RSA -pkeyopt rsa_keygen_bits:2048' '-sha1 -extfile names'
    try 'ECDSA and SHA-1' '-algorithm EC -pkeyopt ec_paramgen_curve:P-256' '-sha1 -extfile names'
    try 'RSA and MD5' '-algorithm RSA -pkeyopt rsa_keygen_bits:2048' '-md5 -extfile names'
    try 'Ed448' '-algorithm ED448' '-extfile names'
    try 'version 1' '-algorithm EC -pkeyopt ec_paramgen_curve:P-256' ''
} | jq --slurp .
