@echo off
rem The same as ./groundwork, for Windows.
where node >nul 2>nul
if errorlevel 1 (
  echo groundwork needs Node.js 20.20 or later, and there is no node on the PATH: https://nodejs.org. Nothing was touched. 1>&2
  exit /b 2
)
node "%~dp0bin\groundwork.js" %*
exit /b %ERRORLEVEL%
