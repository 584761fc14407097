"""Adapters around a Motorola 6845: CGA, Hercules, Tandy 1000 and PCjr."""
