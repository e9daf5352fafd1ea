#include "redis.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define REDIS_SECONDS  10          /* for one answer */
#define REDIS_WORDS    13
#define REDIS_CHUNK    65536
#define REDIS_NAME     256

struct ctl_redis_s {
    const ctl_t              *ctl;
    const ctl_redis_conf_t   *conf;
    const char               *server;
    char                      host[REDIS_NAME];
    int                       fd;
    SSL_CTX                  *tls;
    SSL                      *ssl;
    redisReader              *reader;
};


static int
redis_take(ctl_t *ctl, const char *name, const char **value)
{
    if (ctl_take_value(ctl, name, value) && *value == NULL) {
        return ctl_complain(ctl, "%s needs a value", name);
    }

    return CTL_PASS;
}


int
ctl_redis_options(ctl_t *ctl, ctl_redis_conf_t *conf)
{
    const char  *server = NULL;

    memset(conf, 0, sizeof(*conf));
    conf->prefix = "cg";
    conf->tls = ctl_take_option(ctl, "--tls");

    while (conf->n < CTL_REDIS_MAX
           && ctl_take_value(ctl, "--redis", &server))
    {
        if (server == NULL) {
            return ctl_complain(ctl, "--redis needs HOST:PORT");
        }

        conf->servers[conf->n++] = server;
    }

    if (redis_take(ctl, "--prefix", &conf->prefix)
        || redis_take(ctl, "--user", &conf->user)
        || redis_take(ctl, "--password-file", &conf->password_file)
        || redis_take(ctl, "--db", &conf->db)
        || redis_take(ctl, "--ca", &conf->ca))
    {
        return CTL_CANNOT_TELL;
    }

    return conf->n ? CTL_PASS
           : ctl_complain(ctl, "which Redis? --redis HOST:PORT");
}


static int
redis_failed(const ctl_redis_t *redis, const char *what)
{
    return ctl_complain(redis->ctl, "redis %s: %s", redis->server, what);
}


/* The socket */


static void
redis_patience(int fd)
{
    struct timeval  limit = { REDIS_SECONDS, 0 };

    (void) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    (void) setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}


static int
redis_dial_unix(const char *path)
{
    int                 fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un  address;

    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;

    if (fd < 0 || strlen(path) >= sizeof(address.sun_path)) {
        return -1;
    }

    memcpy(address.sun_path, path, strlen(path));
    redis_patience(fd);

    if (connect(fd, (struct sockaddr *) &address, sizeof(address)) != 0) {
        (void) close(fd);
        return -1;
    }

    return fd;
}


/* host:port, the host in brackets or not. */

static const char *
redis_split(const char *server, char host[REDIS_NAME])
{
    size_t       len;
    const char  *port = strrchr(server, ':');

    if (port == NULL) {
        return NULL;
    }

    len = (size_t) (port - server);

    if (len >= 2 && server[0] == '[' && server[len - 1] == ']') {
        server++;
        len -= 2;
    }

    if (len == 0 || len >= REDIS_NAME) {
        return NULL;
    }

    memcpy(host, server, len);
    host[len] = '\0';

    return port + 1;
}


static int
redis_dial(ctl_redis_t *redis)
{
    int               fd = -1;
    const char       *port;
    struct addrinfo   hints, *list = NULL, *at;

    if (strncmp(redis->server, "unix:", 5) == 0) {
        return redis_dial_unix(redis->server + 5);
    }

    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    port = redis_split(redis->server, redis->host);

    if (port == NULL || getaddrinfo(redis->host, port, &hints, &list) != 0) {
        errno = EINVAL;
        return -1;
    }

    for (at = list; at && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);

        if (fd >= 0) {
            redis_patience(fd);

            if (connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
                (void) close(fd);
                fd = -1;
            }
        }
    }

    freeaddrinfo(list);

    return fd;
}


/* Nobody is believed whose name is not on the certificate. */

static int
redis_wrap(ctl_redis_t *redis)
{
    const char  *ca = redis->conf->ca;

    redis->tls = SSL_CTX_new(TLS_client_method());

    if (redis->tls == NULL
        || SSL_CTX_set_min_proto_version(redis->tls, TLS1_2_VERSION) != 1
        || (ca ? SSL_CTX_load_verify_locations(redis->tls, ca, NULL)
               : SSL_CTX_set_default_verify_paths(redis->tls)) != 1)
    {
        return redis_failed(redis, "TLS cannot be prepared");
    }

    SSL_CTX_set_verify(redis->tls, SSL_VERIFY_PEER, NULL);
    redis->ssl = SSL_new(redis->tls);

    if (redis->ssl == NULL || SSL_set_fd(redis->ssl, redis->fd) != 1
        || (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(redis->ssl),
                                          redis->host) != 1
            && SSL_set1_host(redis->ssl, redis->host) != 1)
        || SSL_set_tlsext_host_name(redis->ssl, redis->host) != 1
        || SSL_connect(redis->ssl) != 1)
    {
        return redis_failed(redis, "no TLS with who it should be");
    }

    return CTL_PASS;
}


static int
redis_send(ctl_redis_t *redis, const char *bytes, size_t len)
{
    ssize_t  n;

    while (len) {
        n = redis->ssl ? SSL_write(redis->ssl, bytes, len > 16384 ? 16384
                                                      : (int) len)
                       : send(redis->fd, bytes, len, MSG_NOSIGNAL);

        if (n <= 0) {
            return -1;
        }

        bytes += n;
        len -= (size_t) n;
    }

    return 0;
}


static int
redis_receive(ctl_redis_t *redis)
{
    char     chunk[REDIS_CHUNK];
    ssize_t  n;

    n = redis->ssl ? SSL_read(redis->ssl, chunk, sizeof(chunk))
                   : recv(redis->fd, chunk, sizeof(chunk), 0);

    return n > 0 && redisReaderFeed(redis->reader, chunk, (size_t) n)
                    == REDIS_OK ? 0 : -1;
}


redisReply *
ctl_redis_ask(ctl_redis_t *redis, size_t n, const cg_str_t *words)
{
    int          rc, len;
    char        *command = NULL;
    void        *reply = NULL;
    size_t       i, lens[CG_MAX_WORDS * 2 + 16];
    const char  *argv[CG_MAX_WORDS * 2 + 16];

    for (i = 0; i < n; i++) {
        argv[i] = (const char *) words[i].data;
        lens[i] = words[i].len;
    }

    len = redisFormatCommandArgv(&command, (int) n, argv, lens);
    rc = len > 0 ? redis_send(redis, command, (size_t) len) : -1;
    redisFreeCommand(command);

    while (rc == 0
           && redisReaderGetReply(redis->reader, &reply) == REDIS_OK
           && reply == NULL)
    {
        rc = redis_receive(redis);
    }

    if (reply == NULL) {
        (void) redis_failed(redis, "no answer");
    }

    return reply;
}


redisReply *
ctl_redis_say(ctl_redis_t *redis, const char *words, cg_str_t last)
{
    size_t       n = 0, len;
    cg_str_t     list[REDIS_WORDS];
    redisReply  *reply;

    for ( /* void */ ; *words && n < REDIS_WORDS - 1; words += len) {
        words += *words == ' ';
        len = strcspn(words, " ");
        list[n++] = (cg_str_t) { len, (const unsigned char *) words };
    }

    if (last.data) {
        list[n++] = last;
    }

    reply = ctl_redis_ask(redis, n, list);

    if (reply && reply->type == REDIS_REPLY_ERROR) {
        (void) redis_failed(redis, reply->str);
        freeReplyObject(reply);
        return NULL;
    }

    return reply;
}


/* Who we are */


static int
redis_password(const ctl_redis_t *redis, char *password, size_t size)
{
    FILE  *in = fopen(redis->conf->password_file, "r");
    int    ok = in && fgets(password, (int) size, in);

    if (in) {
        (void) fclose(in);
    }

    if (!ok) {
        return ctl_complain(redis->ctl, "%s: no password in it",
                            redis->conf->password_file);
    }

    password[strcspn(password, "\r\n")] = '\0';

    return CTL_PASS;
}


static int
redis_greet(ctl_redis_t *redis)
{
    int          code = CTL_PASS;
    char         password[1024] = "";
    size_t       n = 0;
    cg_str_t     words[3];
    redisReply  *reply = NULL;

    if (redis->conf->password_file) {
        code = redis_password(redis, password, sizeof(password));

        if (code != CTL_PASS) {
            return code;
        }

        words[n++] = cg_str("AUTH");

        if (redis->conf->user) {
            words[n++] = cg_str_from(redis->conf->user);
        }

        words[n++] = cg_str_from(password);
        reply = ctl_redis_ask(redis, n, words);
        OPENSSL_cleanse(password, sizeof(password));

        if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
            code = redis_failed(redis, "the password is not taken");
        }

        freeReplyObject(reply);
    }

    if (code == CTL_PASS && redis->conf->db) {
        reply = ctl_redis_say(redis, "SELECT",
                              cg_str_from(redis->conf->db));
        code = reply ? CTL_PASS : CTL_CANNOT_TELL;
        freeReplyObject(reply);
    }

    return code;
}


ctl_redis_t *
ctl_redis_open(const ctl_t *ctl, const ctl_redis_conf_t *conf,
    const char *server)
{
    ctl_redis_t  *redis = calloc(1, sizeof(*redis));

    if (redis == NULL) {
        (void) ctl_complain(ctl, "no memory");
        return NULL;
    }

    redis->ctl = ctl;
    redis->conf = conf;
    redis->server = server;
    redis->reader = redisReaderCreate();
    redis->fd = redis_dial(redis);

    if (redis->fd < 0 || redis->reader == NULL) {
        (void) redis_failed(redis, strerror(errno));

    } else if ((!conf->tls || redis_wrap(redis) == CTL_PASS)
               && redis_greet(redis) == CTL_PASS)
    {
        return redis;
    }

    ctl_redis_close(redis);

    return NULL;
}


void
ctl_redis_close(ctl_redis_t *redis)
{
    if (redis == NULL) {
        return;
    }

    if (redis->reader) {
        redisReaderFree(redis->reader);
    }

    SSL_free(redis->ssl);
    SSL_CTX_free(redis->tls);

    if (redis->fd >= 0) {
        (void) close(redis->fd);
    }

    free(redis);
}


int64_t
ctl_redis_info(const redisReply *info, const char *name)
{
    size_t       len = strlen(name);
    const char  *at = info->str;

    while (at && *at) {
        if (strncmp(at, name, len) == 0 && at[len] == ':') {
            return strtoll(at + len + 1, NULL, 10);
        }

        at = strchr(at, '\n');
        at += at != NULL;
    }

    return -1;
}
