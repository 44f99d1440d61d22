/**
 * What a source says about its one talk key. `lost`: no release will come any more (window left, page hidden, pointer taken
 * away). A source need not keep count: the reducer ignores what changes nothing.
 */
export type KeySignal = 'press' | 'repeat' | 'release' | 'lost'

/** Something that a person can hold down to talk. Sources are independent: each says for itself when its key is lost. */
export interface KeySource {
  /** Unique among the sources in use. */
  readonly id: string
  /** Returns its own unsubscribe, which is silent: who stops listening says `lost` in the source's place. */
  listen(onSignal: (signal: KeySignal) => void): () => void
}
