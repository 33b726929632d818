/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the sample from its arguments to its exit status.
 *
 * <p>Used once, by one thread. Never has the store open while a receiving process has it.
 */
public final class LinesJob {

    /** Every line ended once, as it was sent. */
    static final int GOOD = 0;
    /** A line was lost, changed or completed twice, or is still in the queue. */
    static final int BAD = 1;
    /** The arguments or the input cannot be used; nothing was sent. */
    static final int BAD_INPUT = 2;
    /** It could not run to its end. */
    static final int FAILED = 3;

    private static final int FIRST_PROCESS = 1;
    private static final int SECOND_PROCESS = 2;
    private static final int AFTER_ALL_PROCESSES = 3;

    private final Arguments arguments;
    private final Workspace workspace;
    private final Bus bus;
    private final PrintStream out;

    private LinesJob(Arguments arguments, Workspace workspace, PrintStream out) {
        this.arguments = arguments;
        this.workspace = workspace;
        this.bus = Bus.in(workspace.store(), arguments.partitions());
        this.out = out;
    }

    /** Runs with the arguments that {@code --help} lists and exits with the status that it lists. */
    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /** The whole program but for its exit. */
    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            Arguments arguments = Arguments.parse(args);
            if (arguments.help()) {
                out.print(Arguments.USAGE);
                return GOOD;
            }
            try (ExitGuard guard = ExitGuard.ofThisThread();
                    Workspace workspace = Workspace.create(arguments.store(), arguments.keep())) {
                return runIn(workspace, arguments, out, err);
            }
        } catch (BadInputException e) {
            err.println(e.getMessage() + ". Nothing was sent.");
            return BAD_INPUT;
        } catch (IOException e) {
            err.println("The disk failed: " + e);
            return FAILED;
        }
    }

    private static int runIn(Workspace workspace, Arguments arguments, PrintStream out, PrintStream err)
            throws IOException, BadInputException {
        try {
            return new LinesJob(arguments, workspace, out).run();
        } catch (BadInputException | IOException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("Interrupted.");
            return FAILED;
        } catch (ReceiverFailedException e) {
            return failed(workspace, err, e.getMessage());
        } catch (JMSException e) {
            return failed(workspace, err, "The bus refused: " + e.getMessage() + " [" + e.getErrorCode() + "]");
        } catch (Exception e) {
            return failed(workspace, err, "Could not run to the end: " + e);
        }
    }

    private static int failed(Workspace workspace, PrintStream err, @Nullable String why) {
        workspace.keep();
        err.println(why);
        err.println("Everything is kept in " + workspace.temporary());
        return FAILED;
    }

    private int run() throws Exception {
        Input input = Input.read(arguments, workspace.inputCopy());
        workspace.checkRoomFor(input, arguments.partitions());
        Refusals refusals = new Refusals(input.lines(), arguments.refusals());
        out.printf(
                Locale.ROOT,
                "%s from %s, key in field %d; store in %s with %d partitions%n",
                Report.counted(input.lines(), "line"),
                name(),
                arguments.keyField().number(),
                workspace.store(),
                arguments.partitions());

        long sentPerSecond = send(input, refusals);
        int toComplete = input.lines() - refusals.actual();
        Progress first = receiveAndKill(toComplete);
        Progress second = receiveTheRest(completed(), toComplete);
        int left = drain();

        Findings findings = Oracle.judge(input, arguments.keyField(), workspace.sideLogs());
        long nanos = first.elapsedNanos() + second.elapsedNanos();
        long completedPerSecond = Progress.perSecond(first.counted() + second.counted(), nanos);
        out.println();
        new Report(out).print(findings, new Report.Rates(sentPerSecond, completedPerSecond), left);
        return conclude(status(findings, left));
    }

    private String name() {
        String given = arguments.input();
        return given == null ? DefaultText.NAME : given.equals(Arguments.STANDARD_INPUT) ? "standard input" : given;
    }

    private long send(Input input, Refusals refusals) throws Exception {
        out.println("This process sends every line to a partitioned queue:");
        Progress progress = new Progress(out, "sent", 0, input.lines());
        try (PeeklockConnectionFactory factory = bus.connectionFactory()) {
            new Sender(input, arguments.keyField(), refusals, progress).sendAll(factory);
        }
        return Progress.perSecond(progress.counted(), progress.elapsedNanos());
    }

    private Progress receiveAndKill(int toComplete) throws IOException, InterruptedException, ReceiverFailedException {
        try (ChildProcess child = start(FIRST_PROCESS)) {
            out.printf(
                    "Process %d receives with %d consumers; one gives up, one recovers:%n",
                    child.pid(), arguments.consumers());
            Progress progress = new Progress(out, "completed", 0, toComplete);
            child.follow(progress, Math.min(toComplete, Math.max(1, toComplete / 2)));
            int status = child.kill();
            if (status == 0) {
                out.printf("Process %d had finished before it could be killed.%n", child.pid());
            } else {
                out.printf("Process %d is killed; its exit status is %d.%n", child.pid(), status);
            }
            // What it had printed and nobody had read yet.
            child.follow(progress, Integer.MAX_VALUE);
            if (status == ReceiverProcess.FAILED) {
                throw new ReceiverFailedException("Process " + child.pid() + " failed before it was killed");
            }
            return progress;
        }
    }

    private Progress receiveTheRest(int completed, int toComplete)
            throws IOException, InterruptedException, ReceiverFailedException {
        try (ChildProcess child = start(SECOND_PROCESS)) {
            out.printf("Process %d goes on until the queue is empty:%n", child.pid());
            Progress progress = new Progress(out, "completed", completed, toComplete);
            child.follow(progress, Integer.MAX_VALUE);
            int status = child.awaitEnd();
            if (status != 0) {
                throw new ReceiverFailedException(
                        "Process " + child.pid() + " ended with status " + status + " before the queue was empty");
            }
            return progress;
        }
    }

    /** By the side logs: the process may have been killed before it could tell of its last line. */
    private int completed() throws IOException {
        AtomicInteger completed = new AtomicInteger();
        SideLogReader.read(workspace.sideLogs(), entry -> {
            if (entry.kind() == SideLogEntry.Kind.DONE) {
                completed.incrementAndGet();
            }
        });
        return completed.get();
    }

    private ChildProcess start(int run) throws IOException {
        return ChildProcess.start(bus, workspace.sideLogs(), run, arguments.consumers(), out);
    }

    private int drain() throws JMSException, IOException {
        try (PeeklockConnectionFactory factory = bus.connectionFactory()) {
            return Leftovers.drain(factory, workspace.sideLogs(), AFTER_ALL_PROCESSES);
        }
    }

    /** The exit status that findings call for. */
    static int status(Findings findings, int leftInQueue) {
        return findings.good() && leftInQueue == 0 ? GOOD : BAD;
    }

    private int conclude(int status) {
        boolean good = status == GOOD;
        out.println();
        out.println(good ? "All is well: no line was lost, none was completed twice." : "FAILED: see the lines above.");
        if (!good) {
            workspace.keep();
        }
        if (workspace.kept()) {
            out.println("The side logs and the copy of the input are kept in " + workspace.temporary());
        }
        return status;
    }
}
