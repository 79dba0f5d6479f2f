#!/bin/sh
# Checks this exhibit with OpenSSL (3.0 or later) and sha256sum alone. 仅用 OpenSSL（3.0 以上）和 sha256sum 核验本证据。
# Exit code 0: everything holds. 退出码 0：全部成立。
cd "$(dirname "$0")" || exit 2
wrong=0

say() { printf '%s\n' "$*"; }
good() { say "  ok: $*"; }
bad() { say "  WRONG 不符: $*"; wrong=1; }
signed() { # key, file, signature
    openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$3" >/dev/null 2>&1
}
fingerprint() { openssl pkey -pubin -in "$1" -outform DER | sha256sum | cut -c1-64; }

say "The exhibit as packed 打包内容"
say "  key 密钥 $(fingerprint keys/exporter.pem)"
if signed keys/exporter.pem SHA256SUMS SHA256SUMS.sig; then good "SHA256SUMS is signed 签名正确"; else bad "SHA256SUMS"; fi
if sha256sum --quiet -c SHA256SUMS; then good "all files 全部文件"; else bad "files 文件"; fi

for folder in calls/*/; do
    call=$(basename "$folder")
    say "$call"
    say "  key 密钥 $(fingerprint "keys/$call.pem")"
    if signed "keys/$call.pem" "$folder/manifest.json" "$folder/manifest.sig"; then
        good "manifest.json is signed 清单签名正确"
    else
        bad "manifest.json"
    fi
    # The manifest's own list of files and hashes. 清单所载文件与哈希。
    grep -o '"name":"[^"]*","sha256":"[0-9a-f]*"' "$folder/manifest.json" |
        sed 's/"name":"\(.*\)","sha256":"\(.*\)"/\2  \1/' >"${TMPDIR:-/tmp}/sums.$$"
    sums="${TMPDIR:-/tmp}/sums.$$"
    here="$sums.here"
    : >"$here"
    while read -r line; do
        [ -e "$folder/${line#*  }" ] && printf '%s\n' "$line" >>"$here"
    done <"$sums"
    missing=$(($(wc -l <"$sums") - $(wc -l <"$here")))
    if [ ! -s "$here" ]; then
        say "  no file of the manifest is here 清单中的文件均未附"
    elif (cd "$folder" && sha256sum --quiet -c "$here"); then
        good "every file of the manifest that is here is as sealed 所附清单文件与封存时一致"
    else
        bad "files of $call 文件"
    fi
    if [ "$missing" -gt 0 ]; then
        if [ -e "$folder/tombstone.json" ] || [ -e "$folder/redaction.json" ]; then
            [ -e "$folder/tombstone.json" ] && say "  audio was removed, see tombstone.json 录音已删除，见 tombstone.json"
            [ -e "$folder/redaction.json" ] && say "  originals withheld, see redaction.json 未附原件，见 redaction.json"
        else
            bad "$missing files of $call are missing 缺少文件"
        fi
    fi
    rm -f "$here"
    rm -f "${TMPDIR:-/tmp}/sums.$$"
    for statement in tombstone archive redaction; do
        [ -e "$folder/$statement.json" ] || continue
        key="keys/$call.pem"
        [ $statement = redaction ] && key=keys/exporter.pem
        if signed "$key" "$folder/$statement.json" "$folder/$statement.sig"; then
            good "$statement.json is signed 签名正确"
        else
            bad "$statement.json (signed with another key? 或由其他密钥签名)"
        fi
    done
    if [ -e "proofs/$call.txt" ]; then
        first=$(head -n 1 "proofs/$call.txt")
        number=$(echo "$first" | cut -d' ' -f2)
        trail=$(echo "$first" | cut -d' ' -f3)
        own=$(sha256sum "$folder/manifest.json" | cut -c1-64)
        [ "$(sed -n 2p "proofs/$call.txt")" = "$own" ] || bad "proofs/$call.txt"
        while read -r digest; do
            trail=$(printf '%s%s' "$trail" "$digest" | sha256sum | cut -c1-64)
            number=$((number + 1))
        done <<LINES
$(tail -n +2 "proofs/$call.txt")
LINES
        say "  leads to the head 可导出链头 $(echo "$first" | cut -d' ' -f1) $number $trail"
        say "  compare it with the published one 请与公布的链头核对"
    fi
    if [ -e "$folder/manifest.tsr" ]; then
        say "  time stamp, check with 时间戳，核验命令: openssl ts -verify -data $folder/manifest.json -in $folder/manifest.tsr -CAfile ROOT.pem"
    fi
done
if [ $wrong = 0 ]; then say "EVERYTHING HOLDS 全部成立"; else say "SOMETHING DOES NOT HOLD 有内容不成立"; fi
exit $wrong
