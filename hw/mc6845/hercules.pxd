from hw.mc6845.adapter cimport Adapter6845, Line


cdef class Hercules(Adapter6845):
    cdef unsigned char allowed  # 3BFh

    cdef bint dot_is_lit(self) noexcept nogil
    cdef void character_line(self, Line *line, unsigned char *out) noexcept nogil
