#!/usr/bin/env bash
# Compares upstream's description with ours and puts the report into an issue: opened when there is drift, brought up to
# date while it is open, closed when there is none any more. Prevents that a change of the API waits in the log of a
# workflow that nobody reads. Ends with 0 if the issue says what there is to say, with 2 if there was nothing to compare.
set -eu

title='Drift: the description of the API has changed upstream'
body=$(mktemp)
trap 'rm -f "$body"' EXIT

status=0
report=$(npm run --silent spec:check) || status=$?
printf '%s\n' "$report"
# A script that breaks ends with 1 as well, without a verdict.
case "$status $report" in
  '0 '* | '1 breaking: '* | '1 compatible: '*) ;;
  *)
    echo '::error::There was nothing to compare; see above'
    exit 2
    ;;
esac

number=$(gh issue list --state open --limit 200 --json number,title --jq "map(select(.title == \"$title\")) | .[0].number // empty")
if [ "$status" -eq 0 ]; then
  if [ -n "$number" ]; then gh issue close "$number" --comment 'openapi/ has caught up.'; fi
  exit 0
fi

# An issue's body may have 65,536 characters.
{
  printf '%s\n\n' "$(date -u +%F), npm run spec:check:"
  printf '~~~text\n%s\n~~~\n\n' "$(printf '%s' "$report" | head -c 60000)"
  printf 'CONTRIBUTING.md says what to do, step by step.\n'
} > "$body"
if [ -n "$number" ]; then
  gh issue edit "$number" --body-file "$body"
else
  gh issue create --title "$title" --body-file "$body"
fi
