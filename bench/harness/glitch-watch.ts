import type { Page } from '@playwright/test'
import { pause } from './stage.ts'

/** What the browser itself counts of lost sound. */

const LOOK_EVERY_MS = 200

export interface Look {
  /** `Date.now()` of the machine. */
  atMs: number
  underruns: number
  underrunMs: number
  lostInputFrames: number
}

/** Keeps the page's contexts and tracks at hand, to look at what the browser counts. */
export const KEEP_AT_HAND = `(() => {
  const contexts = []
  const tracks = []
  window.soundSources = { contexts, tracks }
  window.AudioContext = class extends AudioContext {
    constructor(options) {
      super(options)
      contexts.push(this)
    }
  }
  const { mediaDevices } = navigator
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    tracks.push(...stream.getAudioTracks())
    return stream
  }
})()`

const LOOK = `(() => {
  const { contexts, tracks } = window.soundSources
  const sum = (values) => values.reduce((total, value) => total + value, 0)
  return {
    underruns: sum(contexts.map(({ playbackStats }) => playbackStats.underrunEvents)),
    underrunMs: 1000 * sum(contexts.map(({ playbackStats }) => playbackStats.underrunDuration)),
    lostInputFrames: sum(tracks.map(({ stats }) => stats.totalFrames - stats.deliveredFrames))
  }
})()`

async function look(page: Page): Promise<Look> {
  const counted = await page.evaluate<Omit<Look, 'atMs'>>(LOOK)
  return { atMs: Date.now(), ...counted }
}

/** Looks again and again until it is stopped; `stop` is idempotent and rejects where the page could not be looked at. */
export function watch(page: Page): { stop(): Promise<Look[]> } {
  const looks: Look[] = []
  const stopping = new AbortController()
  const done = (async () => {
    while (!stopping.signal.aborted) {
      looks.push(await look(page))
      await pause(LOOK_EVERY_MS)
    }
    looks.push(await look(page))
  })()
  // `stop` tells it.
  done.catch(() => undefined)
  return {
    async stop() {
      stopping.abort()
      await done
      return looks
    }
  }
}
