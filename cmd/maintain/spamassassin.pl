# Scores messages with SpamAssassin in one process, as `spamassassin -L` would. Arguments: state folder, 1 to use Bayes, file with one path a line.
# With a fourth argument, "learn", the lines are "spam PATH" or "ham PATH" and teach Bayes.
use strict;
use warnings;
use Mail::SpamAssassin;

my ($state, $bayes, $list, $learn) = @ARGV;
$| = 1;
my $sa = Mail::SpamAssassin->new({
    local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => "$state/none", userstate_dir => $state, home_dir_for_helpers => $state,
    post_config_text => "use_bayes $bayes\nbayes_path $state/bayes\nbayes_auto_learn 0\nuse_auto_whitelist 0\nuse_txrep 0\nbayes_learn_to_journal 0\n",
});
$sa->init(1);
$sa->init_learner({ wait_for_lock => 1 }) if $learn;
open(my $in, '<', $list) or die "$list: $!";
while (my $line = <$in>) {
    chomp $line;
    my $spam = $line =~ s/^spam // ? 1 : 0;
    $line =~ s/^ham //;
    open(my $file, '<', $line) or die "$line: $!";
    local $/;
    my $mail = $sa->parse(<$file>);
    close $file;
    if ($learn) {
        $sa->learn($mail, undef, $spam, 0)->finish;
    } else {
        my $status = $sa->check($mail);
        printf "%s\t%.3f\n", $line, $status->get_score;
        $status->finish;
    }
    $mail->finish;
}
$sa->finish_learner if $learn;
