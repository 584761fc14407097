; A file of 8 MB read from its beginning to its end 60 times, 65,024 bytes (127 sectors) at a time.
%define TITLE 'fread64k'
%define BLOCK 65024
%define SIZE (129 * BLOCK)
%define ROUNDS 60
%include "fread.inc"
