#!/bin/sh
# Has anything been changed outside the program? Asks Kustomer and Airkit, changes nothing, and appends to summary.md.
#
#   sh drift.sh <stack>     in the program's folder
#
# Exit status, as Pulumi's own: 0 no drift, 7 drift, anything else: it could not be found out.
set -u
stack=$1

pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --color never >drift.txt 2>&1
status=$?
cat drift.txt

{
  case $status in
  0)
    printf '## ✅ No drift in %s\n\nKustomer and Airkit are as the program declares them.\n\n' "$stack"
    ;;
  7)
    printf '## ❌ Drift in %s\n\n' "$stack"
    printf 'Below is what `pulumi up` would do: put it back. If the change is to stay, change the program.\n\n'
    ;;
  *)
    printf '## ❌ Whether there is drift in %s could not be found out\n\nThe preview failed:\n\n' "$stack"
    ;;
  esac
  # Four spaces make it code, whatever is in it.
  [ "$status" -eq 0 ] || sed 's/^/    /' drift.txt
  printf '\n'
  # Not drift of its own: a preview takes the secret of a webhook that changes for unknown, and up then finds the same one.
  if [ "$status" -eq 7 ] && grep -Eq '~ +(webhookSecretKey|signingSecret|apiKey) *: .*\[(secret|unknown)\]|=> \[unknown\]' drift.txt; then
    printf 'A line such as `webhookSecretKey: [secret] => [unknown]` only follows from another change above and changes nothing by itself.\n\n'
  fi
} >>summary.md
exit "$status"
