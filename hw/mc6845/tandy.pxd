from hw.mc6845.adapter cimport Adapter6845


cdef class Tandy(Adapter6845):
    cdef bint pcjr
    cdef unsigned char gate_index
    cdef bint gate_data  # PCjr: the flip-flop of 3DAh, the next write is data

    cdef void write_gate(self, unsigned char value) noexcept nogil
    cdef void write_page(self, unsigned char value) noexcept nogil
