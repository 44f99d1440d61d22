import { describe, expect, it } from 'vitest'
import type { Transcriber, Transcription } from './transcriber/transcriber.ts'
import { MAX_RUNNING, MAX_WAITING, Understanding } from './understanding.ts'

const audio = (length: number) => new Int16Array(length)
const atZero = () => 0
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A transcriber whose answers the test gives; one that is aborted fails once `end` is called, as a process does. */
function scripted() {
  const jobs: { samples: number; aborted: () => boolean; give: (result: Transcription) => void }[] = []
  let nowMs = 0
  const transcriber: Transcriber = {
    name: 'scripted',
    transcribe: (samples, signal) =>
      new Promise((resolve) => {
        jobs.push({ samples: samples.length, aborted: () => signal.aborted, give: resolve })
      })
  }
  const understanding = new Understanding({ kind: 'transcriber', transcriber }, () => nowMs)
  return {
    understanding,
    jobs,
    pass: (ms: number) => {
      nowMs += ms
    },
    words: (job: number, text: string) => jobs[job]?.give({ ok: true, text }),
    end: (job: number) => jobs[job]?.give({ ok: false, message: 'stopped' })
  }
}

describe('words of a turn', () => {
  it('come from the transcriber, with the time it took', async () => {
    const { understanding, pass, words } = scripted()
    const understood = understanding.understand(audio(10))
    await settled()
    pass(320)
    words(0, 'hello')
    expect(await understood).toEqual({ text: 'hello', sttMs: 320 })
  })

  it('are none in a mic check or with a problem, in which no transcriber is asked', async () => {
    expect(await new Understanding({ kind: 'none' }, atZero).understand(audio(1))).toEqual({ text: null, sttMs: null })
    const broken = new Understanding({ kind: 'problem', message: 'A quote is not closed.' }, atZero)
    broken.speculate(audio(1), () => expect.fail('told'))
    expect(await broken.understand(audio(1))).toEqual({ text: null, sttMs: null, message: 'A quote is not closed.' })
    expect(broken.drop()).toBe(false)
  })

  it('wait while as many programs run as may; the queue is bounded', async () => {
    const { understanding, jobs, words } = scripted()
    const turns = Array.from({ length: MAX_RUNNING + MAX_WAITING + 1 }, (_, i) => understanding.understand(audio(i)))
    await settled()
    expect(jobs).toHaveLength(MAX_RUNNING)
    expect(await turns.at(-1)).toMatchObject({ text: null, message: expect.stringContaining('turns are waiting') })
    words(1, 'second')
    await settled()
    expect(jobs.map(({ samples }) => samples)).toEqual([0, 1, 2])
    for (let i = 0; i < MAX_RUNNING + MAX_WAITING; i += 1) {
      words(i, `turn ${i}`)
      await settled()
    }
    expect(await turns[1]).toMatchObject({ text: 'second' })
    expect(await turns.at(-2)).toMatchObject({ text: `turn ${MAX_RUNNING + MAX_WAITING - 1}` })
  })
})

describe('V25 a speculation', () => {
  it('tells its words, which are those of the turn that ends without more speech', async () => {
    const { understanding, jobs, words } = scripted()
    const told: string[] = []
    understanding.speculate(audio(5), (text) => told.push(text))
    await settled()
    words(0, 'what time is it')
    await settled()
    expect(told).toEqual(['what time is it'])
    expect(await understanding.understand(audio(5))).toMatchObject({ text: 'what time is it' })
    expect(jobs).toHaveLength(1)
    expect(understanding.drop()).toBe(false)
  })

  it('that is not finished when the turn ends is waited for, and not told', async () => {
    const { understanding, jobs, words } = scripted()
    understanding.speculate(audio(5), () => expect.fail('told'))
    const understood = understanding.understand(audio(5))
    await settled()
    words(0, 'late')
    expect(await understood).toMatchObject({ text: 'late' })
    expect(jobs).toHaveLength(1)
  })

  it('whose user goes on is ended and never told; the turn is transcribed again', async () => {
    const { understanding, jobs, words, end } = scripted()
    understanding.speculate(audio(5), () => expect.fail('told'))
    await settled()
    expect(understanding.drop()).toBe(false)
    expect(jobs[0]?.aborted()).toBe(true)
    end(0)
    await settled()
    const understood = understanding.understand(audio(9))
    await settled()
    words(1, 'all of it')
    expect(await understood).toMatchObject({ text: 'all of it' })
    expect(jobs.map(({ samples }) => samples)).toEqual([5, 9])
  })

  it('dropped after its words were told says so, so that the draft can be dropped too', async () => {
    const { understanding, words } = scripted()
    understanding.speculate(audio(5), () => undefined)
    await settled()
    words(0, 'what')
    await settled()
    expect(understanding.drop()).toBe(true)
    expect(understanding.drop()).toBe(false)
  })

  it('that failed is not told; its failure is that of the turn', async () => {
    const { understanding, end } = scripted()
    understanding.speculate(audio(5), () => expect.fail('told'))
    await settled()
    end(0)
    await settled()
    expect(await understanding.understand(audio(5))).toMatchObject({ text: null, message: 'stopped' })
  })

  it('does not begin while another program runs, and never adds one to those of finished turns', async () => {
    const { understanding, jobs, end } = scripted()
    understanding.speculate(audio(1), () => undefined)
    await settled()
    understanding.drop()
    understanding.speculate(audio(2), () => undefined)
    await settled()
    expect(jobs).toHaveLength(1)
    end(0)
    await settled()
    understanding.speculate(audio(3), () => undefined)
    await settled()
    expect(jobs.map(({ samples }) => samples)).toEqual([1, 3])
  })
})

it('close ends what runs and waits until it is gone', async () => {
  const { understanding, jobs, end } = scripted()
  understanding.speculate(audio(1), () => expect.fail('told'))
  await settled()
  let gone = false
  const closed = understanding.close().then(() => (gone = true))
  await settled()
  expect(jobs[0]?.aborted()).toBe(true)
  expect(gone).toBe(false)
  end(0)
  await closed
})
