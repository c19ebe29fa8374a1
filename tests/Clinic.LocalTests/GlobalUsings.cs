global using Xunit;

using System.Runtime.Versioning;

// As the stand-ins themselves: they are held by a POSIX shell.
[assembly: UnsupportedOSPlatform("windows")]
