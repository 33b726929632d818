/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Every line of a file goes through a partitioned queue, the receiving process is killed on the way, and no line is lost
 * or completed twice.
 *
 * <p>{@link io.peeklock.samples.lines.LinesJob} runs it: it sends, lets a child process receive, kills it with SIGKILL in
 * the middle, lets another one go on, and then reads the side logs to say what happened to each line. Only
 * {@code jakarta.jms} and the connection factory are used.
 */
@NullMarked
package io.peeklock.samples.lines;

import org.jspecify.annotations.NullMarked;
