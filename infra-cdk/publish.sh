#!/usr/bin/env bash
# Makes what Lambda runs: .publish/api.zip, worker.zip and thumbnails.zip, and prints their sizes.
#   infra-cdk/publish.sh            the deployed form: ReadyToRun composite, self-contained, trimmed
#   infra-cdk/publish.sh api        one of them
#   CLINIC_AOT=true …               native code instead, where the package of its compiler can be had
# .publish/<name>/bootstrap is the executable that provided.al2023 starts.
set -euo pipefail
cd "$(dirname "$0")/.."

# Lambda's own limit is 250 MB unzipped; a cold start pays for every megabyte long before.
zip_mb_max=60

publish() {
  local name=$1 project=$2 out=.publish/$1
  rm -rf "$out" "$out.zip"
  dotnet publish "src/$project" --nologo -v quiet -p:PublishProfileFullPath="$PWD/src/Lambda.pubxml" \
    -p:ClinicAot="${CLINIC_AOT:-false}" -o "$out"
  mv "$out/$project" "$out/bootstrap"
  # Fixed times and order: the same sources make the same zip, so that a deployment without a change changes nothing.
  find "$out" -exec touch -h -d '2020-01-01T00:00:00Z' {} +
  (cd "$out" && find . -type f | LC_ALL=C sort | zip -q -X -9 -@ "../$name.zip")
  local bytes; bytes=$(stat -c %s "$out.zip")
  printf '%-10s %6.1f MB zipped  %6.1f MB on disk\n' "$name" "$(echo "$bytes" | awk '{print $1/1e6}')" \
    "$(du -sb "$out" | awk '{print $1/1e6}')"
  if [ "$bytes" -gt $((zip_mb_max * 1000000)) ]; then
    echo "$out.zip is above $zip_mb_max MB." >&2
    exit 1
  fi
}

command -v zip >/dev/null || { echo "zip is missing: install it and have it on the PATH." >&2; exit 1; }
for name in "${@:-api worker thumbnails}"; do
  for one in $name; do
    case $one in
      api) publish api Clinic.Api ;;
      worker) publish worker Clinic.Worker ;;
      thumbnails) publish thumbnails Clinic.Thumbnails ;;
      *) echo "usage: infra-cdk/publish.sh [api] [worker] [thumbnails]" >&2; exit 2 ;;
    esac
  done
done
