import { describe, expect, it } from 'vitest'
import { noise, seededRandom, toPcm16 } from '../../src/agent/speech/ears/noise.test-support.ts'
import { doubleTalk, doubleTalkFigures } from './double-talk.ts'
import { lineOf, type ValueLine } from './report.ts'
import { INPUT_RATE_HZ } from './service.ts'

const PIECE = 0.3 * INPUT_RATE_HZ
/** Three seconds that are nowhere like themselves, the first half of the pieces louder. */
const said = toPcm16(noise('white', 3, INPUT_RATE_HZ, -30, seededRandom(1))).map((sample, i) =>
  i < 5 * PIECE ? sample * 2 : sample
)
const rest = toPcm16(noise('white', 4, INPUT_RATE_HZ, -36, seededRandom(2)))
const later = (samples: Int16Array): Int16Array => {
  const out = new Int16Array(samples.length + 480)
  out.set(samples, 320)
  return out
}
const judge = (over: Int16Array): (number | boolean | undefined)[][] =>
  doubleTalkFigures('speech', [doubleTalk(said, later(over))]).map((figure) => {
    const line = lineOf('echo', figure, 0) as ValueLine
    return [Math.round(line.value), line.met]
  })

describe('double talk', () => {
  it('of words that come through as they were changes nothing', () => {
    expect(judge(said)).toEqual([
      [0, true],
      [0, true]
    ])
  })

  it('tells by how much the person is turned down', () => {
    expect(judge(said.map((sample) => sample / 2))).toEqual([
      [6, false],
      [6, false]
    ])
  })

  it('where one word in five is swallowed the median is met and the worst tenth is not', () => {
    const torn = said.slice().fill(0, 2 * PIECE, 3 * PIECE)
    const [usual, worst] = judge(torn)
    expect(usual).toEqual([0, true])
    expect(worst?.[0]).toBeGreaterThan(20)
    expect(worst?.[1]).toBe(false)
  })

  it('is not misled by the rest of the echo', () => {
    expect(judge(said.map((sample, i) => sample * 10 ** (-2 / 20) + (rest[i] as number)))).toEqual([
      [2, true],
      [2, true]
    ])
  })

  it('finds the words where they were said, though the loudest of them occurs again', () => {
    const again = said.map((sample, i) => (i < PIECE ? sample * 1.1 : sample))
    const over = again.map((sample, i) => (i < PIECE ? sample / 2 + (rest[i] as number) : sample))
    over.set(again.subarray(0, PIECE), 8 * PIECE)
    const [median] = doubleTalkFigures('speech', [doubleTalk(again, later(over))])
    expect(Math.round((lineOf('echo', median!, 0) as ValueLine).value)).toBe(0)
  })

  it('may be told without being judged', () => {
    const [usual] = doubleTalkFigures('speech', [doubleTalk(said, later(said.map((sample) => sample / 2)))], false)
    expect((lineOf('echo', usual!, 0) as ValueLine).met).toBeUndefined()
  })
})
