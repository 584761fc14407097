; A client of 32 bits.
%define CLIENT 32
%include "dpmi_many.inc"
