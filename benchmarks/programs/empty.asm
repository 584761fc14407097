; The shortest program there is: what starting and leaving the emulator costs.
        org     0x100
        int     0x20
