import { z } from 'zod'
import type { Line } from './report.ts'

/** How much worse than accepted a ratio to the floor may be, and a value that misses its target. */
export const TOLERANCE = 0.1
/** The same for a time or a cost without a floor: it is compared with another machine's. */
export const TOLERANCE_WITHOUT_FLOOR = 0.5
/** One block: by so much a time without a floor may always be later. */
const BLOCK_MS = 20

const AcceptedFigure = z.strictObject({
  bench: z.string().min(1),
  figure: z.string().min(1),
  /** Measured / floor. Absent where there is no floor probe. */
  ratioToFloor: z.record(z.string(), z.number().nonnegative()).optional(),
  /** What was measured, for a reader of the file. */
  measured: z.record(z.string(), z.number()),
  met: z.boolean().optional()
})

/** `bench/accepted.json`: the last accepted figures. */
export const Accepted = z.strictObject({
  schemaVersion: z.literal(1),
  acceptedAt: z.iso.date(),
  figures: z.array(AcceptedFigure)
})
export type Accepted = z.infer<typeof Accepted>
type AcceptedFigure = z.infer<typeof AcceptedFigure>

/** Reads the file's text; throws with what is wrong in it. */
export function parseAccepted(text: string): Accepted {
  return Accepted.parse(JSON.parse(text))
}

/** The figures of `lines` in place of those of the same benches; other benches keep theirs. */
export function accept(before: Accepted | undefined, lines: readonly Line[], date: string): Accepted {
  const renewed = new Set(lines.map(({ bench }) => bench))
  const kept = (before?.figures ?? []).filter(({ bench }) => !renewed.has(bench))
  const figures = [...kept, ...lines.map(acceptedOf)]
  return {
    schemaVersion: 1,
    acceptedAt: date,
    figures: figures.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)))
  }
}

/** Why a figure does not pass, as a sentence. */
export interface Complaint {
  bench: string
  figure: string
  text: string
}

/**
 * What is worse than accepted: a ratio to the floor, and a figure whose target was missed already, by more than {@link TOLERANCE}, a
 * time or a cost without a floor by more than {@link TOLERANCE_WITHOUT_FLOOR}, a target that was met and no longer is, a figure that a
 * bench of `lines` no longer has. A figure that nobody accepted yet is told too.
 */
export function complaints(accepted: Accepted, lines: readonly Line[]): Complaint[] {
  const before = new Map(accepted.figures.map((figure) => [keyOf(figure), figure]))
  const measured = new Set(lines.map(keyOf))
  const ran = new Set(lines.map(({ bench }) => bench))
  const gone = accepted.figures.filter((figure) => ran.has(figure.bench) && !measured.has(keyOf(figure)))
  return [
    ...lines.flatMap((line) => {
      const old = before.get(keyOf(line))
      return old === undefined ? [complaint(line, 'not accepted yet (npm run bench -- --accept)')] : worse(old, line)
    }),
    ...gone.map((figure) => complaint(figure, 'was accepted and is not measured any more'))
  ]
}

function complaint(about: { bench: string; figure: string }, what: string): Complaint {
  return { bench: about.bench, figure: about.figure, text: `${keyOf(about)}: ${what}` }
}

function worse(old: AcceptedFigure, line: Line): Complaint[] {
  const now = acceptedOf(line)
  const ratios = Object.entries(old.ratioToFloor ?? {}).flatMap(([name, ratio]) => {
    const is = now.ratioToFloor?.[name]
    if (is === undefined) return [complaint(line, `has no ratio to the floor any more (${name})`)]
    return is <= ratio * (1 + TOLERANCE)
      ? []
      : [complaint(line, `${name} is ${is.toFixed(2)} times the floor, accepted ${ratio.toFixed(2)}`)]
  })
  const missed = old.met === true && now.met !== true ? [complaint(line, 'its target was met and is not any more')] : []
  return [...ratios, ...missed, ...moreThanAccepted(old, line)]
}

/** Compares the figure itself, where no ratio to a floor says it all. */
function moreThanAccepted(old: AcceptedFigure, line: Line): Complaint[] {
  const now = acceptedOf(line).measured
  return Object.entries(old.measured).flatMap(([name, was]) => {
    const is = now[name]
    const worst = worstAllowed(old, line, was)
    if (is === undefined || worst === undefined || (worst.isLeast ? is >= worst.value : is <= worst.value)) return []
    return [complaint(line, `${name} is ${digits(is)}, accepted ${was}, worst allowed ${digits(worst.value)}`)]
  })
}

function worstAllowed(old: AcceptedFigure, line: Line, was: number): { value: number; isLeast: boolean } | undefined {
  const hasFloor = old.ratioToFloor !== undefined
  if (!('value' in line)) {
    if (hasFloor) return undefined
    const allowance = old.met === false ? was * TOLERANCE : Math.max(was * TOLERANCE_WITHOUT_FLOOR, BLOCK_MS)
    return { value: was + allowance, isLeast: false }
  }
  if (line.target === undefined) {
    const isCost = line.unit === '%' || line.unit === 'ms per second'
    return hasFloor || !isCost ? undefined : { value: was * (1 + TOLERANCE_WITHOUT_FLOOR), isLeast: false }
  }
  if (old.met !== false) return undefined
  const isLeast = 'atLeast' in line.target
  const limit = 'atLeast' in line.target ? line.target.atLeast : line.target.atMost
  const allowance = TOLERANCE * Math.max(Math.abs(was), Math.abs(limit))
  return { value: isLeast ? was - allowance : was + allowance, isLeast }
}

function acceptedOf(line: Line): AcceptedFigure {
  const measured: Record<string, number> =
    'value' in line ? { value: line.value } : { p50Ms: line.p50Ms, p95Ms: line.p95Ms }
  const floors: Record<string, number> =
    line.floor === undefined
      ? {}
      : typeof line.floor === 'number'
        ? { value: line.floor }
        : { p50Ms: line.floor.p50Ms, p95Ms: line.floor.p95Ms }
  // A floor of nothing has no ratio.
  const ratios = Object.entries(floors).filter(([, floor]) => floor > 0)
  const ratioToFloor = Object.fromEntries(ratios.map(([name, floor]) => [name, digits((measured[name] ?? 0) / floor)]))
  return {
    bench: line.bench,
    figure: line.figure,
    ...(ratios.length === 0 ? {} : { ratioToFloor }),
    measured,
    ...(line.met === undefined ? {} : { met: line.met })
  }
}

function keyOf({ bench, figure }: { bench: string; figure: string }): string {
  return `${bench}: ${figure}`
}

function digits(value: number): number {
  return Math.round(value * 1000) / 1000
}
