using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Clinic.Lambda;

/// <summary>Reads an API Gateway REST proxy event (payload version 1.0) into a request. Pure: bytes in, request out.</summary>
/// <remarks>
/// Nothing that a client may send decides about itself: scheme and address come from the gateway's own context, never from
/// forwarding headers, and a header of a client remains a header.
/// </remarks>
internal ref struct RestEventReader
{
    private readonly HeaderDictionary _headers = [];
    private readonly StringBuilder _query = new();
    private Utf8JsonReader _json;
    private Utf8JsonReader _singleHeaders;
    private Utf8JsonReader _singleQuery;
    private Utf8JsonReader _body;
    private bool _hasSingleHeaders;
    private bool _hasSingleQuery;
    private bool _hasBody;
    private bool _isBase64;
    private string? _method;
    private string? _path;
    private string? _contextPath;
    private string? _stage;
    private string? _requestId;
    private string? _protocol;
    private string? _sourceIp;

    private RestEventReader(ReadOnlySpan<byte> json) => _json = new Utf8JsonReader(json);

    /// <exception cref="RestEventException">It is JSON, but no such event.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static RestRequest Read(ReadOnlySpan<byte> json)
    {
        var reader = new RestEventReader(json);
        reader.ReadMembers();
        return reader.ToRequest();
    }

    private void ReadMembers()
    {
        _json.Read();
        Require(JsonTokenType.StartObject, "event");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember();
        }

        // What follows the object would be another event, or garbage.
        if (_json.Read())
        {
            throw new RestEventException("more than one event");
        }
    }

    private void ReadMember()
    {
        if (_json.ValueTextEquals("httpMethod"u8))
        {
            _method = Text("httpMethod");
        }
        else if (_json.ValueTextEquals("path"u8))
        {
            _path = Text("path");
        }
        else if (_json.ValueTextEquals("headers"u8))
        {
            _hasSingleHeaders = Remember(out _singleHeaders);
        }
        else if (_json.ValueTextEquals("multiValueHeaders"u8))
        {
            ReadMap(ref _json, isQuery: false);
        }
        else if (_json.ValueTextEquals("queryStringParameters"u8))
        {
            _hasSingleQuery = Remember(out _singleQuery);
        }
        else if (_json.ValueTextEquals("multiValueQueryStringParameters"u8))
        {
            ReadMap(ref _json, isQuery: true);
        }
        else if (_json.ValueTextEquals("requestContext"u8))
        {
            ReadContext();
        }
        else if (_json.ValueTextEquals("body"u8))
        {
            _hasBody = Remember(out _body);
        }
        else if (_json.ValueTextEquals("isBase64Encoded"u8))
        {
            _json.Read();
            _isBase64 = _json.TokenType == JsonTokenType.True;
        }
        else
        {
            _json.Skip();
        }
    }

    private void ReadContext()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Require(JsonTokenType.StartObject, "requestContext");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("path"u8))
            {
                _contextPath = Text("requestContext.path");
            }
            else if (_json.ValueTextEquals("stage"u8))
            {
                _stage = Text("requestContext.stage");
            }
            else if (_json.ValueTextEquals("requestId"u8))
            {
                _requestId = Text("requestContext.requestId");
            }
            else if (_json.ValueTextEquals("protocol"u8))
            {
                _protocol = Text("requestContext.protocol");
            }
            else if (_json.ValueTextEquals("identity"u8))
            {
                ReadIdentity();
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private void ReadIdentity()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Require(JsonTokenType.StartObject, "requestContext.identity");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("sourceIp"u8))
            {
                _sourceIp = Text("requestContext.identity.sourceIp");
            }
            else
            {
                _json.Skip();
            }
        }
    }

    /// <summary>A map of names to a text or to a list of texts. Every value stays a value of its own: no comma splits it.</summary>
    private readonly void ReadMap(ref Utf8JsonReader json, bool isQuery)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Require(json.TokenType, JsonTokenType.StartObject, isQuery ? "query" : "headers");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.StartArray)
            {
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    Add(name, ref json, isQuery);
                }
            }
            else
            {
                Add(name, ref json, isQuery);
            }
        }
    }

    private readonly void Add(string name, ref Utf8JsonReader json, bool isQuery)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Require(json.TokenType, JsonTokenType.String, isQuery ? "query" : "headers");
        if (isQuery)
        {
            RestTarget.Append(_query, name, json.GetString()!);
        }
        else
        {
            _headers[name] = StringValues.Concat(_headers[name], json.GetString());
        }
    }

    private RestRequest ToRequest()
    {
        // The maps of single values hold the last of several: they count only where an event has no others.
        if (_headers.Count == 0 && _hasSingleHeaders)
        {
            ReadMap(ref _singleHeaders, isQuery: false);
        }

        if (_query.Length == 0 && _hasSingleQuery)
        {
            ReadMap(ref _singleQuery, isQuery: true);
        }

        if (_method is not { Length: > 0 } || _path is not { Length: > 0 } || _path[0] != '/')
        {
            throw new RestEventException("without httpMethod or path");
        }

        RestHeaders.RemoveThoseOfOneHop(_headers);
        var body = ReadBody();
        if (body.Length > 0 || _headers.ContentLength is not null)
        {
            _headers.ContentLength = body.Length;
        }

        var (pathBase, path) = RestTarget.Mount(_path, _contextPath, _stage);
        var decoded = RestTarget.Decode(path);
        var query = _query.ToString();
        return new RestRequest
        {
            Method = _method,
            PathBase = pathBase,
            Path = decoded ?? path,
            IsBad = decoded is null,
            QueryString = query,
            RawTarget = path + query,
            Protocol = _protocol is { Length: > 0 } ? _protocol : "HTTP/1.1",
            Headers = _headers,
            Body = body.Length == 0 ? Stream.Null : new MemoryStream(body, writable: false),
            CanHaveBody = body.Length > 0,
            ConnectionId = _requestId ?? "",
            TraceIdentifier = _requestId ?? "",
            RemoteIpAddress = IPAddress.TryParse(_sourceIp, out var address) ? address : null,
        };
    }

    private readonly byte[] ReadBody()
    {
        if (!_hasBody)
        {
            return [];
        }

        var body = _body;
        body.Read();
        Require(body.TokenType, JsonTokenType.String, "body");
        var buffer = new byte[body.ValueSpan.Length];
        var length = body.CopyString(buffer);
        if (_isBase64 && Base64.DecodeFromUtf8InPlace(buffer.AsSpan(0, length), out length)
            != System.Buffers.OperationStatus.Done)
        {
            throw new RestEventException("body is not base64");
        }

        return length == buffer.Length ? buffer : buffer[..length];
    }

    /// <summary>Keeps the place before a value whose meaning depends on a later member; false when it is null.</summary>
    private bool Remember(out Utf8JsonReader place)
    {
        place = _json;
        _json.Skip();
        return _json.TokenType != JsonTokenType.Null;
    }

    private string? Text(string member)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Require(JsonTokenType.String, member);
        return _json.GetString();
    }

    private readonly void Require(JsonTokenType type, string member) => Require(_json.TokenType, type, member);

    private static void Require(JsonTokenType found, JsonTokenType type, string member)
    {
        if (found != type)
        {
            throw new RestEventException($"{member} is {found}");
        }
    }
}
