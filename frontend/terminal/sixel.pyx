# cython: boundscheck=False, wraparound=False, cdivision=True, language_level=3
"""Pictures as sixels: bands of six rows, each drawn once for every colour in it.

Source: "VT330/VT340 Programmer Reference Manual", volume 2, chapter 14, "Sixel Graphics". A character from ``?`` on
holds six dots, the upper one lowest; ``!`` repeats, ``$`` goes back to the begin of the band, ``-`` to the next one.
"""

from libc.stdint cimport uint8_t
from libc.stdio cimport snprintf
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset


cdef Py_ssize_t _run(char *out, char dots, Py_ssize_t count) noexcept nogil:
    """``count`` times the same dots; how many characters that took."""
    cdef Py_ssize_t i
    if count > 3:
        return snprintf(out, 24, "!%zd%c", count, dots)
    for i in range(count):
        out[i] = dots
    return count


def encode(const uint8_t[:, ::1] places, const uint8_t[:, ::1] palette):
    """A (height, width) picture of places in a palette of up to 256 RGB colours, as the control string."""
    cdef Py_ssize_t height = places.shape[0], width = places.shape[1], colours = palette.shape[0]
    cdef Py_ssize_t y, x, row, colour, first, length, used, at
    if palette.shape[1] != 3 or colours > 256 or not height or not width:
        raise ValueError("no picture of up to 256 colours")
    head = [f'\x1bP0;1q"1;1;{width};{height}']
    for colour in range(colours):
        red, green, blue = ((100 * palette[colour, part] + 127) // 255 for part in range(3))
        head.append(f"#{colour};2;{red};{green};{blue}")
    parts = ["".join(head).encode()]
    cdef uint8_t *dots = <uint8_t *>calloc(256 * width, 1)
    cdef char *out = <char *>malloc(width * 8 + 64)
    cdef bint[256] seen
    if dots == NULL or out == NULL:
        free(dots)
        free(out)
        raise MemoryError
    try:
        for y in range(0, height, 6):
            memset(seen, 0, sizeof(seen))
            with nogil:
                for row in range(min(6, height - y)):
                    for x in range(width):
                        colour = places[y + row, x]
                        seen[colour] = True
                        dots[colour * width + x] |= 1 << row
            for colour in range(colours):
                if not seen[colour]:
                    continue
                with nogil:
                    length = snprintf(out, 16, "#%zd", colour)
                    first = 0
                    for x in range(1, width + 1):
                        if x == width or dots[colour * width + x] != dots[colour * width + first]:
                            if x == width and not dots[colour * width + first]:
                                break  # nothing more in this colour
                            length += _run(out + length, <char>(63 + dots[colour * width + first]), x - first)
                            first = x
                    memset(dots + colour * width, 0, width)
                    out[length] = b"$"
                    length += 1
                parts.append(out[:length])
            parts.append(b"-")
    finally:
        free(dots)
        free(out)
    parts.append(b"\x1b\\")
    return b"".join(parts)
