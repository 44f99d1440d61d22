import { describe, expect, it } from 'vitest'
import { Arrivals, MAX_DELAY_MS, MIN_DELAY_MS, PlayoutDelay, SPARE_MS, UNKNOWN_DELAY_MS } from './jitter.ts'

describe('PlayoutDelay', () => {
  it('grows at once to what late audio needed, with something to spare, and not beyond its limit', () => {
    const delay = new PlayoutDelay(1)
    delay.late(20)
    expect(delay.start).toBe(UNKNOWN_DELAY_MS)
    delay.late(100)
    expect(delay.start).toBeCloseTo(115)
    expect(delay.playing).toBeCloseTo(115 + SPARE_MS)
    delay.late(350)
    expect(delay.start).toBe(MAX_DELAY_MS)
  })

  it('learns nothing from a standstill', () => {
    const delay = new PlayoutDelay(1)
    delay.late(1000)
    expect(delay.start).toBe(UNKNOWN_DELAY_MS)
  })

  it('falls by 10 ms with each clean reply, to what that reply needed', () => {
    const delay = new PlayoutDelay(1)
    delay.late(100)
    delay.over({ latest: 100, again: 100, count: 50 }, true)
    expect(delay.start).toBeCloseTo(115)
    delay.over({ latest: 20, again: 20, count: 50 }, true)
    expect(delay.start).toBeCloseTo(105)
    for (let reply = 0; reply < 20; reply += 1) delay.over({ latest: 20, again: 20, count: 50 }, true)
    expect(delay.start).toBeCloseTo(23)
    for (let reply = 0; reply < 20; reply += 1) delay.over({ latest: 0, again: 0, count: 50 }, true)
    expect(delay.start).toBe(MIN_DELAY_MS)
  })

  it('does not fall after a reply in which audio was missing', () => {
    const delay = new PlayoutDelay(1)
    delay.late(100)
    for (let reply = 0; reply < 3; reply += 1) delay.over({ latest: 100, again: 80, count: 50 }, false)
    expect(delay.start).toBeCloseTo(115)
    delay.over({ latest: 10, again: 10, count: 50 }, false)
    expect(delay.start).toBeCloseTo(115)
  })

  it('gives a guess up for the first measurement, and learns nothing from a few arrivals', () => {
    const delay = new PlayoutDelay(1)
    delay.over({ latest: 0, again: 0, count: 3 }, true)
    expect(delay.start).toBe(UNKNOWN_DELAY_MS)
    delay.over({ latest: 10, again: 10, count: 50 }, true)
    expect(delay.start).toBeCloseTo(11.5)
  })

  it('forgets after the reply what was late only once, unless it was so in the reply before', () => {
    const delay = new PlayoutDelay(1)
    delay.over({ latest: 10, again: 10, count: 50 }, true)
    delay.late(200)
    expect(delay.start).toBeCloseTo(230)
    delay.over({ latest: 200, again: 10, count: 50 }, true)
    expect(delay.start).toBeCloseTo(11.5)
    delay.late(150)
    delay.over({ latest: 150, again: 10, count: 50 }, true)
    expect(delay.start).toBeCloseTo(172.5)
  })
})

describe('PlayoutDelay of a link that was not measured', () => {
  const NOTHING_YET = { count: 1, spread: 0 }

  it('waits as for any unknown link while one arrival tells nothing, and less and less while they are regular', () => {
    const delay = new PlayoutDelay(1)
    expect(delay.startFor(NOTHING_YET)).toBe(UNKNOWN_DELAY_MS)
    const regular = [2, 3, 4, 5].map((count) => delay.startFor({ count, spread: 2 }))
    expect(regular).toEqual(regular.toSorted((a, b) => b - a))
    expect(regular[1]).toBeLessThan(45)
    // As uneven as a browser's bursts: never longer than with nothing known.
    for (const count of [2, 3, 4]) expect(delay.startFor({ count, spread: 12 })).toBeLessThanOrEqual(UNKNOWN_DELAY_MS)
  })

  it('waits longer where the first arrivals are uneven, the fewer they are, and lengthens the sound by what is overdue', () => {
    const delay = new PlayoutDelay(1)
    expect(delay.startFor({ count: 2, spread: 40 })).toBeGreaterThan(200)
    expect(delay.startFor({ count: 8, spread: 40 })).toBeLessThan(100)
    expect(delay.playingFor({ count: 1, spread: 0 }, -20)).toBe(UNKNOWN_DELAY_MS + SPARE_MS)
    expect(delay.playingFor({ count: 1, spread: 0 }, 20)).toBeGreaterThan(200)
    expect(delay.playingFor({ count: 50, spread: 300 }, 0)).toBe(MAX_DELAY_MS + SPARE_MS)
  })

  it('waits for what was learnt earlier, longer where the arrivals contradict it', () => {
    const delay = new PlayoutDelay(1)
    delay.know(20)
    expect(delay.startFor(NOTHING_YET)).toBe(20)
    expect(delay.startFor({ count: 3, spread: 2 })).toBe(20)
    expect(delay.startFor({ count: 3, spread: 40 })).toBeGreaterThan(100)
    expect(delay.learntMs).toBe(20)
  })

  it('takes what was learnt earlier for knowledge that relaxes as any', () => {
    const delay = new PlayoutDelay(1)
    delay.know(100)
    delay.over({ latest: 5, again: 5, count: 50 }, true)
    expect(delay.start).toBe(90)
    expect(delay.measured).toBe(true)
    expect(delay.startFor({ count: 3, spread: 80 })).toBe(90)
  })

  it('keeps what it measured when it is told the same, gives it up for another link, and knows nothing of an unknown one', () => {
    const delay = new PlayoutDelay(1)
    expect(delay.learntMs).toBe(0)
    delay.over({ latest: 20, again: 20, count: 50 }, true)
    delay.know(delay.learntMs + 0.4)
    expect(delay.measured).toBe(true)
    delay.know(200)
    expect(delay.measured).toBe(false)
    expect(delay.start).toBe(200)
    delay.know(null)
    expect(delay.learntMs).toBe(0)
    expect(delay.start).toBe(UNKNOWN_DELAY_MS)
    delay.know(1000)
    expect(delay.start).toBe(MAX_DELAY_MS)
  })

  it('knows of a link on which the first reply stopped what that one needed', () => {
    const delay = new PlayoutDelay(1)
    delay.over({ latest: 150, again: 120, count: 50 }, false)
    expect(delay.startFor(NOTHING_YET)).toBeCloseTo(138)
    expect(delay.measured).toBe(false)
  })
})

describe('Arrivals', () => {
  it('are in time while they come at the pace at which they are played', () => {
    const arrivals = new Arrivals(1, 500)
    for (let piece = 0; piece < 100; piece += 1) expect(arrivals.add(500 + 20 * piece, 20)).toBe(0)
    expect(arrivals.latest).toBe(0)
    expect(arrivals.count).toBe(100)
  })

  it('are late against the quickest of the last seconds', () => {
    const arrivals = new Arrivals(1, 0)
    arrivals.add(0, 20)
    expect(arrivals.add(50, 20)).toBe(30)
    expect(arrivals.add(50, 20)).toBe(10)
    expect(arrivals.add(50, 20)).toBe(0)
    expect(arrivals.add(80, 20)).toBe(10)
    expect(arrivals.latest).toBe(30)
    // A slower path becomes what is in time after two windows.
    for (let piece = 5; piece < 150; piece += 1) arrivals.add(20 * piece + 100, 20)
    expect(arrivals.add(3100, 20)).toBe(0)
  })

  it('stay late against a quick one for a second', () => {
    const arrivals = new Arrivals(1, 0)
    for (let piece = 0; piece < 60; piece += 1) arrivals.add(20 * piece + 50, 20)
    expect(arrivals.add(1200, 20)).toBe(0)
    for (let piece = 61; piece < 100; piece += 1) expect(arrivals.add(20 * piece + 50, 20)).toBe(50)
  })

  it('tell what was late twice at different times from what was late once', () => {
    const arrivals = new Arrivals(1, 0)
    arrivals.add(0, 20)
    arrivals.add(120, 20)
    arrivals.add(140, 20)
    expect(arrivals).toMatchObject({ latest: 100, again: 0 })
    arrivals.add(440, 380)
    expect(arrivals).toMatchObject({ latest: 380, again: 100 })
    arrivals.add(1440, 20)
    expect(arrivals).toMatchObject({ latest: 380, again: 100 })
  })

  it('are as uneven as the latest was late, and as those before the first if it was late itself', () => {
    const uneven = new Arrivals(1, 0)
    uneven.add(0, 20)
    uneven.add(50, 20)
    expect(uneven.spread).toBe(30)
    const lateFirst = new Arrivals(1, 0)
    for (let piece = 0; piece < 4; piece += 1) lateFirst.add(0, 20)
    expect(lateFirst.spread).toBe(0)
    lateFirst.add(40, 20)
    expect(lateFirst.spread).toBe(60)
    const ahead = new Arrivals(1, 0)
    for (let piece = 0; piece < 20; piece += 1) ahead.add(5 * piece, 20)
    expect(ahead.spread).toBe(0)
  })

  it('of a sender that runs ahead are late only when they come nearly too late to be played', () => {
    const arrivals = new Arrivals(1, 0)
    for (let piece = 0; piece < 100; piece += 1) arrivals.add(0, 20)
    expect(arrivals.add(1700, 20)).toBe(0)
    expect(arrivals.add(2070, 20)).toBe(250)
    expect(arrivals.count).toBe(2)
  })

  it('let a reply start when the next one may be as late as the delay, and is not overdue', () => {
    const arrivals = new Arrivals(1, 0)
    arrivals.add(0, 20)
    expect(arrivals.mayStart(39, 20, 40)).toBe(false)
    expect(arrivals.mayStart(40, 20, 40)).toBe(false)
    arrivals.add(41, 20)
    expect(arrivals.mayStart(41, 40, 40)).toBe(true)
    expect(arrivals.margin(41, 40)).toBe(41)
  })

  it('let a reply start after the longest delay, whatever is overdue', () => {
    const arrivals = new Arrivals(1, 0)
    arrivals.add(0, 20)
    expect(arrivals.mayStart(299, 20, 40)).toBe(false)
    expect(arrivals.mayStart(300, 20, 40)).toBe(true)
  })

  it('that come at once allow a start at once', () => {
    const arrivals = new Arrivals(1, 0)
    for (let piece = 0; piece < 4; piece += 1) arrivals.add(0, 20)
    expect(arrivals.mayStart(0, 80, 60)).toBe(true)
  })
})
