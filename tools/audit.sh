#!/bin/sh
# Known weaknesses of what the lock files name. Asks the package indexes: PyPI's advisories by pip-audit (or
# those of OSV, with AUDIT_SERVICE=osv), npm's by npm. Ends 0 when nothing is known, 1 when something is,
# 2 when an index could not be asked: that is no clean bill.
cd "$(dirname "$0")/.." || exit 2
worst=0
judge() { # what was asked, how it ended, what it said
  printf '%s\n' "$3"
  case "$2:$3" in
    *"could not be audited"* | *ENOAUDIT* | *"audit endpoint returned an error"* | *ConnectionError* | *ServiceError* | \
      *"Method Not Allowed"* | *EAI_AGAIN* | *ECONNREFUSED*)
      echo "$1: could not be asked, or not of everything" >&2
      worst=2
      ;;
    0:*) echo "$1: nothing known" ;;
    *)
      echo "$1: see above" >&2
      [ "$worst" -eq 2 ] || worst=1
      ;;
  esac
}
said=$(uvx --from 'pip-audit>=2.9' pip-audit --progress-spinner off --disable-pip --require-hashes \
  --vulnerability-service "${AUDIT_SERVICE:-pypi}" -r requirements.lock 2>&1)
judge "requirements.lock" $? "$said"
said=$(cd web && npm audit --omit=dev --audit-level=moderate 2>&1)
judge "web/package-lock.json" $? "$said"
exit "$worst"
