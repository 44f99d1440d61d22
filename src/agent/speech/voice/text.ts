/** A piece longer than this takes long enough to synthesise that it is cut at a clause. */
const LONG_PIECE_CHARS = 120
/** No piece is shorter than this unless the text is. */
const SHORT_PIECE_CHARS = 30
/** Text without any clause is cut between words here. */
const LONGEST_PIECE_CHARS = 200

/** The five voices in the module. */
export const VOICES = ['slt', 'awb', 'rms', 'kal', 'kal16'] as const
export type VoiceName = (typeof VOICES)[number]
export const DEFAULT_VOICE: VoiceName = 'slt'

/** The embedded voice that a requested name means (`rms`, `flite-rms`); any other name is the default voice. */
export function voiceFor(requested: string): VoiceName {
  const words = requested.toLowerCase().split(/[^a-z0-9]+/)
  const named = VOICES.find((voice) => words.includes(voice))
  return named === 'kal' ? 'kal16' : (named ?? DEFAULT_VOICE)
}

/** What the voice can pronounce of `text`: Latin letters without accents, digits and ASCII punctuation; '' if nothing is left to say. */
export function speakable(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[‘’]/g, "'")
    .replace(/[“”«»]/g, '"')
    .replace(/[–—]/g, ', ')
    .replace(/[^\x20-\x7e]+/g, (other) => (/^\p{M}+$/u.test(other) ? '' : ' '))
    .replace(/\s+/g, ' ')
    .trim()
  return /[a-z0-9]/i.test(plain) ? plain : ''
}

/** Cuts a long sentence so that its first sound does not wait for its last word; joined by spaces the pieces are the text. */
export function pieces(text: string): string[] {
  const out: string[] = []
  let rest = text
  while (rest.length > LONG_PIECE_CHARS) {
    const cut = cutAt(rest)
    if (cut === null) break
    out.push(rest.slice(0, cut).trim())
    rest = rest.slice(cut).trim()
  }
  return rest === '' ? out : [...out, rest]
}

function cutAt(text: string): number | null {
  const clause = lastEnd(text.slice(0, LONG_PIECE_CHARS), /[,;:.!?)]\s/g)
  if (clause !== null && text.length - clause >= SHORT_PIECE_CHARS) return clause
  if (text.length <= LONGEST_PIECE_CHARS) return null
  return lastEnd(text.slice(0, LONGEST_PIECE_CHARS), /\s/g) ?? LONGEST_PIECE_CHARS
}

function lastEnd(text: string, pattern: RegExp): number | null {
  const ends = [...text.matchAll(pattern)].map((match) => match.index + match[0].length)
  return ends.findLast((end) => end >= SHORT_PIECE_CHARS) ?? null
}
