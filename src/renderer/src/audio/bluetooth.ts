/**
 * Names of Bluetooth headsets' microphones: what the systems call their profile (Windows "Hands-Free AG Audio", Linux
 * "bluez_input...", both "HFP"/"HSP"), "Bluetooth" itself, and product families that exist as Bluetooth devices only.
 */
const BLUETOOTH = [
  /\bbluetooth\b/i,
  /\bbluez/i,
  /\bhands[ -]?free\b/i,
  /\b(?:hfp|hsp)\b/i,
  /\bair ?pods\b/i,
  /(?:\b|ear|free|pixel|galaxy|life|link)buds\d*\b/i,
  /\bw[hfi]-[a-z]{0,3}\d{3,4}/i,
  /\b(?:beats|powerbeats)\b/i,
  /\b(?:quietcomfort|qc ?\d{2}|bose nc ?700)\b/i,
  /\bjabra elite\b/i,
  /\bmomentum (?:true wireless|\d)\b/i
]

/** A cable at the other end: the same headset does not play in telephone quality through it. */
const WIRED = /\busb\b|\bwired\b|\b3\.5 ?mm\b/i

/** By its name: whether opening this microphone makes a Bluetooth headset play in telephone quality. A guess for an advice, no more. */
export function isBluetooth(label: string): boolean {
  return !WIRED.test(label) && BLUETOOTH.some((pattern) => pattern.test(label))
}
