#!/bin/sh
# Has anything been changed outside the program? Asks Kustomer and Airkit, changes nothing, and appends to summary.md.
#
#   sh drift.sh <stack>     in the program's folder
#
# Exit status: 0 no drift, 1 drift, 2 it could not be found out.
set -u
stack=$1

if pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --color never >drift.txt 2>&1; then
  status=0 title="✅ No drift"
elif grep -q 'no changes were expected but changes were proposed' drift.txt; then
  status=1 title="❌ Drift: something differs from the program"
else
  status=2 title="❌ Whether there is drift could not be found out"
fi
cat drift.txt

{
  printf '## %s in %s\n\n' "$title" "$stack"
  case $status in
  0) printf 'Kustomer and Airkit are as the program declares them.\n\n' ;;
  1) printf 'Below is what `pulumi up` would do: put it back. If the change is to stay, change the program.\n\n' ;;
  2) printf 'See what the preview says.\n\n' ;;
  esac
  if [ "$status" -ne 0 ]; then
    # Four spaces make it code, whatever is in it.
    sed 's/^/    /' drift.txt
    printf '\n'
  fi
} >>summary.md
exit "$status"
