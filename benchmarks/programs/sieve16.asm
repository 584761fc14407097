; The sieve with its flags away from its code, as in a program with a data segment.
%define NAME    'sieve16'
%define FLAGS   0x2000
%include "sieve.inc"
