/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import io.peeklock.systemtests.xa.Plan.Ending;
import io.peeklock.systemtests.xa.XaEvent.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.LogManager;

/**
 * The program of a process that will be killed, or halts itself: recovers what the one before it has left, twice, says what it
 * finds, and runs transactions.
 *
 * <p>Each transaction has a thread of its own, and no thread has two at a time.
 */
final class XaWorker {

    /** The status of a process that has halted where it was to. */
    static final int HALTED = 77;

    private static final int FAILED = 1;
    private static final int HUNG = 78;
    private static final int LOADS = 2;
    private static final int THREADS = 4;
    private static final int MOST_SECONDS = 120;
    private static final int PAUSE_BETWEEN_SCANS_MS = 20;

    private final XaErrand errand;
    private final TransactionService service;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private XaWorker(XaErrand errand, TransactionService service) {
        this.errand = errand;
        this.service = service;
    }

    public static void main(String[] args) {
        // Narayana warns of each transaction that is refused or recovered.
        LogManager.getLogManager().getLogger("").setLevel(Level.SEVERE);
        try {
            XaErrand errand = XaErrand.parse(args);
            XaWorker worker = new XaWorker(errand, TransactionService.start(errand.log()));
            worker.threads.submit(XaWorker::haltWhenItHangs);
            worker.recoverTwice();
            worker.work();
            Runtime.getRuntime().halt(0);
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Each time from what is on disk: what the first recovery leaves must be found again as it was. */
    private void recoverTwice() throws Exception {
        String point = errand.recoveryStop();
        if (point != null) {
            Stops.expect(point, () -> halt(XaEvent.NO_ORDER, point, false));
        }
        for (int load = 1; load <= LOADS; load++) {
            XaEvent.say(Kind.RECOVERING);
            try (Places places = errand.openPlaces()) {
                service.recover(places);
                for (String entry : service.entries()) {
                    XaEvent.say(Kind.LEFT, "in the log:", entry);
                }
                places.report();
            }
            XaEvent.say(Kind.RECOVERED);
        }
    }

    private void work() throws Exception {
        try (Places places = errand.openPlaces()) {
            switch (errand.task()) {
                case STOP_TOGETHER -> stopTogether(places);
                case HALT -> haltIn(places, errand.plans().get(0));
                case RUN -> runUntilKilled(places);
                case END -> {
                    XaEvent.say(Kind.RECOVERING);
                    places.reportEmptying();
                    XaEvent.say(Kind.RECOVERED);
                }
            }
        }
    }

    /** All plans at once: each transaction waits where it is to stop, and the process halts when all are there. */
    private void stopTogether(Places places) throws Exception {
        List<Plan> plans = errand.plans();
        CountDownLatch stopped = new CountDownLatch(plans.size());
        for (Plan plan : plans) {
            places.put(errand.name() + "-" + Plan.ALL.indexOf(plan));
            Map<Role, Places.OpenDesk> desks = places.desks();
            threads.submit(guarded(() -> {
                run(Integer.toString(Plan.ALL.indexOf(plan)), desks, plan, order -> {
                    sayStopped(order, plan);
                    stopped.countDown();
                    waitForTheEnd();
                });
                XaEvent.say(Kind.UNEXPECTED, "did not come to", plan.toString());
                stopped.countDown();
            }));
        }
        stopped.await();
        Runtime.getRuntime().halt(HALTED);
    }

    private void haltIn(Places places, Plan plan) throws Exception {
        places.put(errand.name());
        run("only", places.desks(), plan, order -> halt(order, plan.stop(), plan.hasEffect()));
        XaEvent.say(Kind.UNEXPECTED, "did not come to", plan.toString());
        Runtime.getRuntime().halt(FAILED);
    }

    private void runUntilKilled(Places places) throws Exception {
        if (errand.seed() % 2 == 0) {
            threads.submit(guarded(() -> recoverBesideTheWork(places)));
        }
        for (int i = 0; i < THREADS; i++) {
            String thread = errand.name() + "-" + i;
            Random random = new Random(errand.seed() + i);
            Map<Role, Places.OpenDesk> desks = places.desks();
            threads.submit(guarded(() -> {
                for (int k = 0; ; k++) {
                    places.put(thread + "-" + k);
                    run(thread + "-" + k, desks, plan(random), order -> {});
                }
            }));
        }
        waitForTheEnd();
    }

    /** As an application does all the time, if less often: what is prepared and under way is to be left alone. */
    private void recoverBesideTheWork(Places places) throws Exception {
        try (AutoCloseable unused = places.recoverBy(service)) {
            CountDownLatch never = new CountDownLatch(1);
            while (!never.await(PAUSE_BETWEEN_SCANS_MS, TimeUnit.MILLISECONDS)) {
                service.scan();
            }
        }
    }

    private static Plan plan(Random random) {
        Ending ending = switch (random.nextInt(40)) {
            case 0, 1, 2, 3, 4 -> Ending.ROLLBACK;
            case 5, 6, 7, 8 -> Ending.REFUSE;
            case 9 -> Ending.TIME_OUT;
            default -> Ending.COMMIT;
        };
        return new Plan(Plan.orders().get(random.nextInt(Plan.orders().size())), ending, null);
    }

    private void run(String name, Map<Role, Places.OpenDesk> desks, Plan plan, Consumer<String> stop) throws Exception {
        new OrderTransaction(name, service.transactions(), desks, plan).run(stop);
    }

    private static void sayStopped(String order, Plan plan) {
        XaEvent.say(Kind.STOPPED, order, plan.stop(), Boolean.toString(plan.hasEffect()));
    }

    private static void halt(String order, String point, boolean effect) {
        XaEvent.say(Kind.STOPPED, order, point, Boolean.toString(effect));
        Runtime.getRuntime().halt(HALTED);
    }

    private static void waitForTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void haltWhenItHangs() {
        try {
            if (!new CountDownLatch(1).await(MOST_SECONDS, TimeUnit.SECONDS)) {
                Thread.getAllStackTraces()
                        .forEach((thread, stack) -> System.err.println(thread + Arrays.toString(stack)));
                XaEvent.say(Kind.UNEXPECTED, "the process hangs");
                Runtime.getRuntime().halt(HUNG);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Runnable guarded(Work work) {
        return () -> {
            try {
                work.run();
            } catch (Throwable e) {
                fail(e);
            }
        };
    }

    private static void fail(Throwable e) {
        e.printStackTrace();
        XaEvent.say(Kind.UNEXPECTED, e.toString());
        // Without closing: the parent must see what a process that fails leaves behind.
        Runtime.getRuntime().halt(FAILED);
    }

    /** What a thread does. */
    private interface Work {
        void run() throws Exception;
    }
}
