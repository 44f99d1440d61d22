/** The processing that Parley asks for, and the floor probe with it. */
export function processing(echoCancellation: boolean): Record<string, unknown> {
  return { echoCancellation, noiseSuppression: true, autoGainControl: true, channelCount: 1 }
}

/** An init script: the microphone is opened without echo cancellation, whatever the page asks for. */
export const WITHOUT_ECHO_CANCELLATION = `{
  const devices = navigator.mediaDevices
  const open = devices.getUserMedia.bind(devices)
  devices.getUserMedia = ({ audio }) => open({ audio: { ...audio, echoCancellation: false } })
}`

/** Blocks the page's UI thread for 300 ms, with 50 ms between, until {@link UNBLOCK}. */
export const BLOCK = `window.benchBlock = setInterval(() => {
  const untilMs = performance.now() + 300
  while (performance.now() < untilMs);
}, 350)`
export const UNBLOCK = 'clearInterval(window.benchBlock)'
