package Consent::Token;

# A second hand that signs tokens (DESIGN.md 7), made from the description and
# not from the module: for tokens that the gate itself would never give out.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256 sha256);
use Exporter 'import';
use MIME::Base64 qw(decode_base64 encode_base64);

our @EXPORT_OK = qw(sign);


# sign(LINE OF A KEY FILE, site => NAME, policy => ID, slots => [PURPOSE…],
# cid => 22 characters, '-' for none, bits => N, version => N, issued => SECONDS,
# expires => SECONDS): a token.
sub sign {
    my ($line, %o) = @_;
    my $secret = decode_base64($line =~ tr{-_}{+/}r . '=');
    my $key = hmac_sha256('ngx-consent 1 token', $secret);
    my $slot = 0;
    my $slots = join '', map { ++$slot . ';' . length . ":$_," } @{ $o{slots} };
    my $text = join '.', 1, @o{qw(cid)}, sprintf('%x', $o{bits}),
        @o{qw(version issued expires)};
    my $framed = join '', map { pack('Q>', length) . $_ } $o{site}, $o{policy},
        sha256($slots), $text;
    my $mac = substr hmac_sha256($framed, $key), 0, 16;

    return "$text." . encode_base64($mac, '') =~ tr{+/}{-_}r =~ s/=+$//r;
}

1;
