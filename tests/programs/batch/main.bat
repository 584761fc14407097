@rem Commands for batch files: arguments, labels, CALL, FOR, IF, SHIFT; ends with the errorlevel of the last program.
@echo off
set LIST=
:next
if "%1"=="" goto done
set LIST=%LIST%[%1]
shift
goto next
:done
echo %LIST%
call sub one
for %%n in (1 2 3) do if not %%n==2 call sub %%n
if exist sub.bat echo sub.bat is here
if not exist nosuch echo nosuch is not
choice /c:xyz /n < yes.txt > nul
if errorlevel 3 echo too much
if errorlevel 2 if not errorlevel 3 echo second
echo made> made.txt
echo more>> made.txt
sub last
echo never
