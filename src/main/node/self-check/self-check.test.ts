import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { DEFAULT_PREFERENCES } from '../../../shared/defaults.ts'
import { PAGE_PROBES, type Probe, type ProbeResult, type Verdict } from '../../../shared/self-check.ts'
import { ManualClock } from '../../../core/testing.test-support.ts'
import { absent, printVerdict, selfCheck } from './self-check.ts'

const about = { parley: '1.2.3', host: 'desktop', platform: 'linux', versions: {} } as const
const good: Probe = { probe: 'tray', run: () => 'It is there.' }
const page = (change: Partial<Record<string, Partial<ProbeResult>>> = {}): ProbeResult[] =>
  PAGE_PROBES.map((probe) => ({ probe, outcome: 'ok', sentence: 'Fine.', ms: 1, ...change[probe] }))

function begin(probes: readonly Probe[] = [good]) {
  const clock = new ManualClock()
  const check = selfCheck({ about, probes, clock })
  const told: string[] = []
  check.follow({
    tell: (name) => void told.push(name),
    handlers: { 'preferences:read': () => DEFAULT_PREFERENCES }
  })
  return { clock, check, told }
}

const report = (check: ReturnType<typeof selfCheck>, probes: ProbeResult[]) =>
  check.handlers['self-check:report']({ probes })

const outcomes = ({ probes }: Verdict) => Object.fromEntries(probes.map(({ probe, outcome }) => [probe, outcome]))

describe('a self-check', () => {
  it('is passed when the page and the host found nothing wrong', async () => {
    const { check, told } = begin()
    const verdict = check.verdict()
    await check.handlers['self-check:begin'](undefined)
    expect(told).toEqual(['preferences:changed'])
    void report(check, page())
    expect(await verdict).toMatchObject({ ...about, ok: true })
    expect((await verdict).probes.map(({ probe }) => probe)).toEqual([...PAGE_PROBES, 'tray'])
  })

  it.each(PAGE_PROBES)('fails when the page says that %s does not work', async (probe) => {
    const { check } = begin()
    const verdict = check.verdict()
    void report(check, page({ [probe]: { outcome: 'failed', sentence: 'Broken.' } }))
    expect(await verdict).toMatchObject({ ok: false })
    expect(outcomes(await verdict)).toMatchObject({ [probe]: 'failed', tray: 'ok' })
  })

  it.each(PAGE_PROBES)('fails when the page leaves %s out', async (probe) => {
    const { check } = begin()
    const verdict = check.verdict()
    void report(
      check,
      page().filter((result) => result.probe !== probe)
    )
    expect(outcomes(await verdict)).toMatchObject({ [probe]: 'failed' })
  })

  it('fails every probe of a page that never reports, and ends', async () => {
    const { check, clock } = begin()
    const verdict = check.verdict()
    await setImmediate()
    clock.advance(30_000)
    expect(await verdict).toMatchObject({ ok: false })
    for (const probe of PAGE_PROBES) expect(outcomes(await verdict)).toMatchObject({ [probe]: 'failed' })
    expect(outcomes(await verdict)).toMatchObject({ tray: 'ok' })
  })

  it('is passed without what is not here', async () => {
    const { check } = begin([absent('tray', 'No tray.')])
    const verdict = check.verdict()
    void report(check, page({ microphone: { outcome: 'not-here', sentence: 'No microphone.' } }))
    expect(await verdict).toMatchObject({ ok: true })
    expect(outcomes(await verdict)).toMatchObject({ tray: 'not-here', microphone: 'not-here' })
  })

  it('names what a probe of the host threw, and one that never answers', async () => {
    const thrown: Probe = {
      probe: 'secret-store',
      run: () => Promise.reject(new Error('locked'))
    }
    const silent: Probe = { probe: 'hook-process', limitMs: 5000, run: () => new Promise(() => undefined) }
    const { check, clock } = begin([thrown, silent])
    const verdict = check.verdict()
    void report(check, page())
    clock.advance(5000)
    expect((await verdict).probes.slice(-2)).toMatchObject([
      { probe: 'secret-store', outcome: 'failed', sentence: 'locked' },
      { probe: 'hook-process', outcome: 'failed', sentence: 'There was no answer within 5 s.' }
    ])
  })

  it('prints one line of JSON and says the exit code', async () => {
    const out = new PassThrough()
    const verdict: Verdict = { ...about, ok: false, ms: 3, probes: page() }
    expect(await printVerdict(verdict, out)).toBe(1)
    expect(await printVerdict({ ...verdict, ok: true }, out)).toBe(0)
    const lines = String(out.read()).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as Verdict).ok)).toEqual([false, true])
  })
})
