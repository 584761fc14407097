@rem Pipes and redirection with DOS's filters; nothing of the pipes stays behind.
@echo off
type words.txt | sort | find /v "two" > result.txt
type result.txt
sort /r < words.txt
dir /b *.$$$ > nul
find /c "o" words.txt
copy result.txt+words.txt both.txt /b > nul
del result.txt
if exist *.$$$ echo left over
