# Reads the path of a message on each line, and answers with the rules that it hits, on one line.
use strict;
use warnings;
use Mail::SpamAssassin;

my ($site) = @ARGV;
$| = 1;
my $sa = Mail::SpamAssassin->new({
    rules_filename => "$site/none", site_rules_filename => $site, userprefs_filename => "/dev/null",
    dont_copy_prefs => 1, local_tests_only => 0, userstate_dir => "$site/state", home_dir_for_helpers => "$site/state",
});
$sa->compile_now(0, 0);
die "lint\n" if $sa->lint_rules();
print "ready\n";
while (my $path = <STDIN>) {
    chomp $path;
    open my $fh, "<", $path or die "$path: $!";
    my @lines = <$fh>;
    close $fh;
    my $mail = $sa->parse(\@lines, 0);
    my $status = $sa->check($mail);
    print join(",", $status->get_names_of_tests_hit(), $status->get_names_of_subtests_hit()), "\n";
    $status->finish();
    $mail->finish();
}
