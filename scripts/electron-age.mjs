// Is the pinned Electron still looked after? Pure; scripts/check-electron-age.mjs asks the registry.

const DAY_MS = 24 * 60 * 60 * 1000
/** Electron looks after its newest three majors; one behind is where ours may be. */
const MAJORS_BEHIND = 1
const PATCH_DAYS = 7

const parts = (version) => (/^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? []).slice(1).map(Number)

function newer(a, b) {
  const [left, right] = [parts(a), parts(b)]
  const at = left.findIndex((part, index) => part !== right[index])
  return at >= 0 && left[at] > right[at]
}

/**
 * Sentences about a pinned version that is too old; none where it is not. `latest`: the registry's newest release; `times`:
 * version to ISO time of its release.
 */
export function electronAgeFindings({ pinned, latest, times, nowMs }) {
  const [major] = parts(pinned)
  const [newestMajor] = parts(latest)
  if (major === undefined) return [`"${pinned}" is no exact version: pin one.`]
  if (newestMajor === undefined) return [`The registry names "${latest}" as the newest Electron, which is no release.`]
  const findings = []
  if (newestMajor - major > MAJORS_BEHIND) {
    findings.push(`Electron ${pinned} is ${newestMajor - major} majors behind ${latest}: at most ${MAJORS_BEHIND}.`)
  }
  const missed = Object.keys(times).filter((version) => parts(version)[0] === major && newer(version, pinned))
  const [first] = missed.toSorted((a, b) => Date.parse(times[a]) - Date.parse(times[b]))
  if (first !== undefined && nowMs - Date.parse(times[first]) > PATCH_DAYS * DAY_MS) {
    const days = Math.floor((nowMs - Date.parse(times[first])) / DAY_MS)
    findings.push(`Electron ${first} has been out for ${days} days and ${pinned} is pinned: at most ${PATCH_DAYS}.`)
  }
  return findings
}
