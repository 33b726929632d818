/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.testing;

import io.peeklock.testing.EntityBaseline;
import io.peeklock.testing.TestNamespace;
import jakarta.jms.JMSContext;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to put a namespace back between test classes that share it: ten queues, and one more with a hundred messages that
 * the class before has left behind.
 *
 * <p>Used by one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EntityBaselineBenchmark {

    private static final int QUEUES = 10;
    private static final int MESSAGES = 100;

    private final TestNamespace bus = TestNamespace.open();
    private final JMSContext context = bus.connectionFactory().createContext();
    private final EntityBaseline baseline = withQueues();

    private EntityBaseline withQueues() {
        for (int i = 0; i < QUEUES; i++) {
            context.createConsumer(context.createQueue("queue-" + i)).close();
        }
        return bus.baseline();
    }

    @Setup(Level.Invocation)
    public void leaveMessages() {
        for (int i = 0; i < MESSAGES; i++) {
            context.createProducer().send(context.createQueue("left behind"), "order " + i);
        }
    }

    @Benchmark
    public void peeklockRestored() {
        baseline.restore();
    }

    @TearDown(Level.Trial)
    public void close() {
        context.close();
        bus.close();
    }
}
