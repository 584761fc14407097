; The sieve with its flags right behind its code, as in a small .COM: stores go to pages that hold code.
%define NAME    'sievecom'
%define FLAGS   beside
%include "sieve.inc"
beside:
