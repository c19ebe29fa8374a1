global using Xunit;

using System.Runtime.Versioning;

// As the children that the tests start: they are held by a POSIX shell.
[assembly: UnsupportedOSPlatform("windows")]
