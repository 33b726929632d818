/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Prints the table and the verdict.
 *
 * <p>Has no state but where it prints; one thread.
 */
final class Report {

    /** Of a long list only so many are printed. */
    private static final int MOST_SHOWN = 10;

    private static final String ROW = "  %-9s %8s %9s %12s %10s %14s%n";

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    /** Prints all of it. */
    void print(Findings findings, Rates rates, int leftInQueue) {
        table(findings);
        out.println();
        out.printf(
                Locale.ROOT,
                "  sent %,d lines at %,d messages/s; received and completed %,d at %,d messages/s%n",
                findings.sent(),
                rates.sentPerSecond(),
                findings.total().completed(),
                rates.completedPerSecond());
        out.println();
        sum(findings);
        inDoubt(findings.inDoubt());
        check("lost", findings.lost());
        check("completed twice", findings.completedTwice());
        check("back after they were completed", findings.cameBack());
        check("changed on the way", findings.changed());
        check("received that nobody sent", findings.unknown());
        out.printf("  %s left in the queue%n", counted(leftInQueue, "line"));
        out.printf(
                "  %s in more than one partition%s%n",
                counted(findings.scatteredKeys().size(), "key"), some(findings.scatteredKeys()));
    }

    /**
     * How fast it went.
     *
     * @param sentPerSecond from the first line sent to the last
     * @param completedPerSecond in each process from the first line completed to the last
     */
    record Rates(long sentPerSecond, long completedPerSecond) {}

    private void table(Findings findings) {
        out.printf(ROW, "partition", "sent", "received", "redelivered", "completed", "dead-lettered");
        findings.partitions()
                .forEach((partition, counts) ->
                        row(partition == Findings.NOWHERE ? "nowhere" : partition.toString(), counts));
        row("all", findings.total());
    }

    private void row(String name, Findings.Counts counts) {
        out.printf(
                ROW,
                name,
                number(counts.sent()),
                number(counts.received()),
                number(counts.redelivered()),
                number(counts.completed()),
                number(counts.deadLettered()));
    }

    /** That the parts make up the whole, for whoever likes to add up. */
    private void sum(Findings findings) {
        long inDoubtAndGone =
                findings.inDoubt().stream().filter(line -> !line.cameAgain()).count();
        out.printf(
                Locale.ROOT,
                "  %,d completed + %,d dead-lettered + %,d in doubt that did not come again, of %,d sent%n",
                findings.total().completed(),
                findings.total().deadLettered(),
                inDoubtAndGone,
                findings.sent());
    }

    private void inDoubt(List<Findings.InDoubt> inDoubt) {
        out.printf("  %s in doubt at the kill%n", counted(inDoubt.size(), "line"));
        // All of them: there is at most one a consumer.
        inDoubt.forEach(line -> out.printf(
                Locale.ROOT,
                "    line %,d: its acknowledge %s%n",
                line.line(),
                line.cameAgain() ? "had not been stored, it came again" : "had been stored, it did not come again"));
    }

    private void check(String what, List<Integer> lines) {
        out.printf("  %s %s%s%n", counted(lines.size(), "line"), what, some(lines));
    }

    private static String some(Collection<?> values) {
        if (values.isEmpty()) {
            return "";
        }
        String shown = values.stream().limit(MOST_SHOWN).map(Object::toString).collect(Collectors.joining(", "));
        return ": " + shown + (values.size() > MOST_SHOWN ? ", ..." : "");
    }

    static String counted(int count, String what) {
        return number(count) + " " + what + (count == 1 ? "" : "s");
    }

    private static String number(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
