# cython: boundscheck=False, wraparound=False, cdivision=True, language_level=3
"""Frames of the machine at the size of the window: the inner loops of ``filters``.

Each row is first brought to its new width and kept; then every row of the window is put together from the kept
rows. Only rows that changed are done again. Pixels of the result are 32 bits, blue lowest (SDL's ARGB8888).
"""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport memcmp, memcpy

cdef extern from *:
    """
    #include <stdint.h>
    #include <stddef.h>
    /* Plain loops for the compiler to make vectors of; on a PC also for the wider ones that most processors have. */
    #if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__)
    #define WIDE_VECTORS __attribute__((optimize("O3"), target_clones("avx2", "default")))
    #elif defined(__GNUC__) && !defined(__clang__)
    #define WIDE_VECTORS __attribute__((optimize("O3")))
    #else
    #define WIDE_VECTORS
    #endif

    /* RGB bytes as 32-bit pixels. */
    WIDE_VECTORS static void pack(const uint8_t *restrict rgb, uint32_t *restrict out, size_t count) {
        for (size_t i = 0; i < count; i++)
            out[i] = 0xFF000000u | (uint32_t)rgb[3 * i] << 16 | (uint32_t)rgb[3 * i + 1] << 8 | rgb[3 * i + 2];
    }

    /* Each pixel of two neighbours of the line, the second one's weight of 256. */
    WIDE_VECTORS static void stretch(const uint32_t *restrict line, const uint16_t *restrict first,
                                     const uint16_t *restrict weights, uint32_t *restrict out, size_t count) {
        for (size_t i = 0; i < count; i++) {
            uint32_t one = line[first[i]], other = line[first[i] + 1], weight = weights[2 * i + 1], rest = 256 - weight;
            uint32_t red_blue = ((one & 0xFF00FFu) * rest + (other & 0xFF00FFu) * weight) >> 8 & 0xFF00FFu;
            uint32_t green = ((one >> 8 & 0xFFu) * rest + (other >> 8 & 0xFFu) * weight) & 0xFF00u;
            out[i] = 0xFF000000u | red_blue | green;
        }
    }

    /* Two rows, the second one's weight of 256. */
    WIDE_VECTORS static void mix(const uint8_t *restrict one, const uint8_t *restrict other, uint8_t *restrict out,
                                 uint16_t weight, size_t count) {
        uint16_t rest = (uint16_t)(256 - weight);
        for (size_t i = 0; i < count; i++)
            out[i] = (uint8_t)((uint16_t)(one[i] * rest + other[i] * weight) >> 8);
    }

    /* Light of two scan lines through the mask; the beam of a bright dot is wider: its part grows with the light. */
    WIDE_VECTORS static void beam(const uint8_t *restrict one, const uint8_t *restrict other,
                                  const uint8_t *restrict mask, uint8_t *restrict out, uint16_t dark_one,
                                  uint16_t more_one, uint16_t dark_other, uint16_t more_other, size_t count) {
        for (size_t i = 0; i < count; i++) {
            uint16_t a = one[i], b = other[i];
            a = (uint16_t)(a * (uint16_t)(dark_one + ((uint16_t)(a * more_one) >> 8))) >> 8;
            b = (uint16_t)(b * (uint16_t)(dark_other + ((uint16_t)(b * more_other) >> 8))) >> 8;
            uint16_t light = (uint16_t)(a + b);
            light = light < 255 ? light : 255;
            out[i] = (uint8_t)((uint16_t)(light * mask[i]) >> 8);
        }
    }
    """
    void pack(const uint8_t *rgb, uint32_t *out, size_t count) noexcept nogil
    void stretch(
        const uint32_t *line, const uint16_t *first, const uint16_t *weights, uint32_t *out, size_t count
    ) noexcept nogil
    void mix(const uint8_t *one, const uint8_t *other, uint8_t *out, uint16_t weight, size_t count) noexcept nogil
    void beam(
        const uint8_t *one, const uint8_t *other, const uint8_t *mask, uint8_t *out,
        uint16_t dark_one, uint16_t more_one, uint16_t dark_other, uint16_t more_other, size_t count,
    ) noexcept nogil


def changed_rows(const uint8_t[:, ::1] new, uint8_t[:, ::1] kept, uint8_t[::1] dirty):
    """Copy the rows of ``new`` that are not those of ``kept``, and mark them in ``dirty``; how many there are."""
    if new.shape[0] != kept.shape[0] or new.shape[1] != kept.shape[1] or dirty.shape[0] != new.shape[0]:
        raise ValueError("frames of two sizes")
    cdef Py_ssize_t y, count = 0, width = new.shape[1]
    if not width:
        return 0
    with nogil:
        for y in range(new.shape[0]):
            if memcmp(&new[y, 0], &kept[y, 0], width) != 0:
                memcpy(&kept[y, 0], &new[y, 0], width)
                dirty[y] = 1
                count += 1
            else:
                dirty[y] = 0
    return count


def widen(
    const uint8_t[:, ::1] frame, const uint8_t[::1] dirty, const uint16_t[::1] first, const uint16_t[:, ::1] weights,
    uint32_t[::1] line, uint32_t[:, ::1] wide,
):
    """Bring the dirty rows to their new width: pixel x is the ``weights[x]`` (of 256) of pixels ``first[x]`` on."""
    cdef Py_ssize_t height = frame.shape[0], source = line.shape[0] - 1, width = wide.shape[1], taps = weights.shape[1]
    if (wide.shape[0] != height or dirty.shape[0] != height or frame.shape[1] != 3 * source
            or first.shape[0] != width or weights.shape[0] != width or taps < 2 or width == 0 or source == 0):
        raise ValueError("shapes that do not fit")
    cdef Py_ssize_t y, x, k, at
    cdef uint32_t red, green, blue, weight
    cdef const uint8_t *pixels
    for x in range(width):
        if first[x] >= source or (taps > 2 and first[x] + taps > source):
            raise ValueError("a pixel outside the frame")
    with nogil:
        for y in range(height):
            if not dirty[y]:
                continue
            pixels = &frame[y, 0]
            pack(pixels, &line[0], source)
            line[source] = line[source - 1]
            if taps == 2:
                stretch(&line[0], &first[0], &weights[0, 0], &wide[y, 0], width)
                continue
            for x in range(width):
                red = green = blue = 128
                for k in range(taps):
                    weight = weights[x, k]
                    at = first[x] + k
                    red += (line[at] >> 16 & 0xFF) * weight
                    green += (line[at] >> 8 & 0xFF) * weight
                    blue += (line[at] & 0xFF) * weight
                wide[y, x] = 0xFF000000u | (red >> 8) << 16 | (green >> 8) << 8 | blue >> 8


def heighten(
    const uint32_t[:, ::1] wide, const uint8_t[::1] dirty, const uint16_t[::1] first, const uint16_t[:, ::1] weights,
    uint32_t[:, ::1] out,
):
    """Put the rows of the window together from the widened ones; the first and the last one that changed, or None."""
    cdef Py_ssize_t height = out.shape[0], rows = wide.shape[0], taps = weights.shape[1], bytes_ = 4 * wide.shape[1]
    if out.shape[1] != wide.shape[1] or first.shape[0] != height or weights.shape[0] != height or dirty.shape[0] != rows:
        raise ValueError("shapes that do not fit")
    cdef Py_ssize_t y, k, x, begin = -1, end = -1, row
    cdef bint wanted
    cdef uint32_t total
    cdef const uint8_t *source
    cdef uint8_t *target
    if bytes_ == 0:
        return None
    for y in range(height):
        if first[y] + taps > rows + (1 if taps == 2 else 0):
            raise ValueError("a row outside the frame")
    with nogil:
        for y in range(height):
            wanted = False
            for k in range(taps):
                if weights[y, k] and dirty[first[y] + k]:
                    wanted = True
            if not wanted:
                continue
            if begin < 0:
                begin = y
            end = y
            row = first[y]
            target = <uint8_t *>&out[y, 0]
            if taps == 2:
                if not weights[y, 1]:
                    memcpy(target, &wide[row, 0], bytes_)
                else:
                    mix(<const uint8_t *>&wide[row, 0], <const uint8_t *>&wide[row + 1, 0], target, weights[y, 1], bytes_)
                continue
            for x in range(bytes_):
                total = 128
                for k in range(taps):
                    source = <const uint8_t *>&wide[row + k, 0]
                    total += source[x] * weights[y, k]
                target[x] = <uint8_t>(total >> 8)
    return None if begin < 0 else (begin, end)


def scan(
    const uint32_t[:, ::1] wide, const uint8_t[::1] dirty, const uint16_t[:, ::1] lines, const uint16_t[:, ::1] beams,
    const uint8_t[::1] mask, uint32_t[:, ::1] out,
):
    """Light the rows of the window by two scan lines each, as a tube would; the first and last that changed, or None.

    ``lines`` are the two rows, ``beams`` for each of them the share (of 255) of dark dots and what bright ones add.
    """
    cdef Py_ssize_t height = out.shape[0], rows = wide.shape[0], bytes_ = 4 * wide.shape[1]
    if (out.shape[1] != wide.shape[1] or lines.shape[0] != height or beams.shape[0] != height or lines.shape[1] != 2
            or beams.shape[1] != 4 or mask.shape[0] != bytes_ or dirty.shape[0] != rows):
        raise ValueError("shapes that do not fit")
    cdef Py_ssize_t y, begin = -1, end = -1
    if bytes_ == 0:
        return None
    for y in range(height):
        if lines[y, 0] >= rows or lines[y, 1] >= rows:
            raise ValueError("a row outside the frame")
    with nogil:
        for y in range(height):
            if not (dirty[lines[y, 0]] or dirty[lines[y, 1]]):
                continue
            if begin < 0:
                begin = y
            end = y
            beam(
                <const uint8_t *>&wide[lines[y, 0], 0], <const uint8_t *>&wide[lines[y, 1], 0], &mask[0],
                <uint8_t *>&out[y, 0], beams[y, 0], beams[y, 1], beams[y, 2], beams[y, 3], bytes_,
            )
    return None if begin < 0 else (begin, end)
