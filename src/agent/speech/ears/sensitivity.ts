/** Quieter frames are never speech, dBFS. */
export const QUIETEST_SPEECH_DBFS = -58
/** The same while the agent's own voice may leak back through the echo canceller, dBFS. */
export const QUIETEST_SPEECH_OVER_ECHO_DBFS = -46

/** Sound keeps a turn going that stands out from the background by more; noise over a known floor stays below 0.9 dB (99.9 %). */
const ACTIVE_SNR_DB = 1.5

/** The `threshold` that changes nothing. */
export const OWN_THRESHOLD = 0.5
/** What starts a turn grows louder by this from the ears' own threshold to 1, dB; and quieter to 0. */
const START_RANGE_DB = 25
/** What keeps a turn going grows less: the ends of words are quieter than their vowels. */
const HOLD_RANGE_DB = 17.5
const QUIETER_RANGE_DB = 12
/** At 1, so far must sound stand out from the background, dB as in `Frame.snrDb`: speech 10 dB above white noise has 4 (median), in silence 20. */
const START_SNR_RANGE_DB = 5
const HOLD_SNR_RANGE_DB = 3
/** At 0, this share of the evidence starts a turn: what the noises were measured with. */
const EVIDENCE_SHARE_AT_ZERO = 0.94

/** What sound must have to count as speech. */
export interface Limits {
  /** Quieter sound starts no turn, dBFS. */
  readonly startDbfs: number
  /** Quieter sound keeps no turn going, dBFS. */
  readonly holdDbfs: number
  /** Quieter sound is silence, from which an onset may rise, dBFS. */
  readonly soundDbfs: number
  /** Sound that stands out less from the background starts no turn, dB. */
  readonly startSnrDb: number
  /** Sound that stands out less from it keeps no turn going, dB. */
  readonly holdSnrDb: number
  /** Share of the usual evidence that starts a turn. */
  readonly evidenceShare: number
}

export interface Sensitivity {
  readonly alone: Limits
  /** While the agent's own voice may be in the microphone. */
  readonly overEcho: Limits
}

/** What a `threshold` of 0 to 1 asks of speech; null is the ears' own, {@link OWN_THRESHOLD}. */
export function sensitivityFor(threshold: number | null): Sensitivity {
  const own = threshold ?? OWN_THRESHOLD
  return {
    alone: limits(own, QUIETEST_SPEECH_DBFS),
    // The canceller leaves what it leaves: no wish of the user's makes that quieter.
    overEcho: limits(Math.max(OWN_THRESHOLD, own), QUIETEST_SPEECH_OVER_ECHO_DBFS)
  }
}

function limits(threshold: number, ownDbfs: number): Limits {
  const stricter = Math.max(0, threshold - OWN_THRESHOLD) / (1 - OWN_THRESHOLD)
  const laxer = Math.max(0, OWN_THRESHOLD - threshold) / OWN_THRESHOLD
  const quieterDb = laxer * QUIETER_RANGE_DB
  const soundDbfs = ownDbfs - quieterDb
  const louder = (rangeDb: number) => Math.max(soundDbfs, QUIETEST_SPEECH_DBFS - quieterDb + stricter * rangeDb)
  return {
    startDbfs: louder(START_RANGE_DB),
    holdDbfs: louder(HOLD_RANGE_DB),
    soundDbfs,
    startSnrDb: stricter * START_SNR_RANGE_DB,
    holdSnrDb: Math.max(ACTIVE_SNR_DB, stricter * HOLD_SNR_RANGE_DB),
    evidenceShare: 1 - laxer * (1 - EVIDENCE_SHARE_AT_ZERO)
  }
}
