// Nothing is simpler: every quantum of the input goes out as it comes, and a tone is there from the quantum that follows `start`
// to the quantum that follows `stop`.
const TONE_HZ = 1000
const PEAK = 0.5

class Microphone extends AudioWorkletProcessor {
  process([input]) {
    if (input[0] !== undefined) this.port.postMessage(input[0])
    return true
  }
}

class Tone extends AudioWorkletProcessor {
  constructor() {
    super()
    this.frame = -1
    this.port.onmessage = ({ data }) => {
      this.frame = data === 'start' ? 0 : -1
    }
  }

  process(_inputs, [[output]]) {
    for (let i = 0; this.frame >= 0 && i < output.length; i += 1) {
      output[i] = PEAK * Math.sin((2 * Math.PI * TONE_HZ * this.frame) / sampleRate)
      this.frame += 1
    }
    return true
  }
}

registerProcessor('microphone', Microphone)
registerProcessor('tone', Tone)
