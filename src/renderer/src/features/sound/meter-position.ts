/** dBFS to 0..1 along the meter: -60 dBFS is empty, -6 dBFS is full. */
export function meterPosition(dbfs: number): number {
  return Math.min(1, Math.max(0, (dbfs + 60) / 54))
}
