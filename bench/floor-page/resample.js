// Chromium's own resampler, as a page gets it with `new AudioContext({sampleRate})`: a context at one rate plays tones into a
// stream, and one at another rate takes them out of it.
window.resample = async ({ hz, peak, inRateHz, outRateHz, seconds }) => {
  const from = new AudioContext({ sampleRate: inRateHz, latencyHint: 'playback' })
  const to = new AudioContext({ sampleRate: outRateHz, latencyHint: 'playback' })
  await to.audioWorklet.addModule('./probe.worklet.js')
  const stream = from.createMediaStreamDestination()
  stream.channelCount = 1
  const buffer = new AudioBuffer({ length: inRateHz, sampleRate: inRateHz, numberOfChannels: 1 })
  const samples = buffer.getChannelData(0)
  for (const [k, frequency] of hz.entries()) {
    for (let i = 0; i < inRateHz; i += 1) {
      samples[i] += peak * Math.sin((2 * Math.PI * frequency * i) / inRateHz + k * k)
    }
  }
  const source = new AudioBufferSourceNode(from, { buffer, loop: true })
  source.connect(stream)
  source.start()
  const taker = new AudioWorkletNode(to, 'microphone', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit'
  })
  const taken = []
  const wanted = Math.ceil((seconds * outRateHz) / 128)
  await new Promise((resolve) => {
    taker.port.onmessage = ({ data }) => {
      taken.push(...data)
      if (taken.length >= wanted * 128) resolve()
    }
    to.createMediaStreamSource(stream.stream).connect(taker)
    void from.resume()
    void to.resume()
  })
  await from.close()
  await to.close()
  return taken
}
