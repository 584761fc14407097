; A file of 1 MB read from its beginning to its end 5 times, 512 bytes at a time.
%define TITLE 'fread512'
%define BLOCK 512
%define SIZE (2048 * BLOCK)
%define ROUNDS 5
%include "fread.inc"
