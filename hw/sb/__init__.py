"""The Sound Blasters: ports and IRQ (card), DSP commands (dsp), transfers (playback), ADPCM, mixer chip."""
