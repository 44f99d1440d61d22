// The floor probe: what the browser itself takes. The bench calls `probe.open` and `probe.close`; the socket carries every
// quantum up, as floats, and `start` and `stop` down.
let running

const socketUrl = `ws://${window.location.host}/`

window.probe = {
  /** `options`: {constraints, context}; opens the microphone where there are constraints. */
  async open({ constraints, context: contextOptions }) {
    const calledAtMs = performance.timeOrigin + performance.now()
    const context = new AudioContext(contextOptions)
    await context.audioWorklet.addModule('./probe.worklet.js')
    const socket = new WebSocket(socketUrl)
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = reject
    })
    const tone = new AudioWorkletNode(context, 'tone', { numberOfInputs: 0, outputChannelCount: [1] })
    tone.connect(context.destination)
    socket.onmessage = ({ data }) => tone.port.postMessage(data)
    const stream =
      constraints === undefined ? undefined : await navigator.mediaDevices.getUserMedia({ audio: constraints })
    if (stream !== undefined) {
      const microphone = new AudioWorkletNode(context, 'microphone', {
        numberOfOutputs: 0,
        channelCount: 1,
        channelCountMode: 'explicit'
      })
      microphone.port.onmessage = ({ data }) => socket.send(data)
      context.createMediaStreamSource(stream).connect(microphone)
    }
    await context.resume()
    running = { context, socket, stream }
    return {
      calledAtMs,
      sampleRateHz: context.sampleRate,
      baseLatencyMs: context.baseLatency * 1000,
      outputLatencyMs: context.outputLatency * 1000,
      microphone: stream?.getAudioTracks()[0]?.getSettings()
    }
  },

  /** The microphone without a context: the track's blocks in a worker, at 48 kHz. */
  async openTrack({ constraints }) {
    const calledAtMs = performance.timeOrigin + performance.now()
    const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints })
    const [track] = stream.getAudioTracks()
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 50 })
    const worker = new Worker('./track.worker.js')
    worker.postMessage({ readable, url: socketUrl }, [readable])
    running = { stream, worker }
    return { calledAtMs, sampleRateHz: 48_000, microphone: track.getSettings() }
  },

  async close() {
    const { context, socket, stream, worker } = running
    for (const track of stream?.getTracks() ?? []) track.stop()
    worker?.terminate()
    socket?.close()
    await context?.close()
  }
}
