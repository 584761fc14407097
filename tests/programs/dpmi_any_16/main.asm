; A client of 16 bits.
%define CLIENT 16
%include "dpmi_any.inc"
