export function electronAgeFindings(known: {
  pinned: string
  latest: string
  times: Readonly<Record<string, string>>
  nowMs: number
}): string[]
