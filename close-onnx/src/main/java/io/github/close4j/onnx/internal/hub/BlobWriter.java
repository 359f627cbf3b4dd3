package io.github.close4j.onnx.internal.hub;

import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a response's bytes to a file as they come: after what is there, if the response is the
 * rest, else from the start. The client's own input stream would lose, when a connection breaks,
 * what came before the break and was not read yet.
 */
final class BlobWriter implements HttpResponse.BodySubscriber<Boolean> {
  private static final int PARTIAL_CONTENT = 206;

  private final RemoteFile file;
  private final FileChannel channel;
  private final ObjDoubleConsumer<String> progress;
  private final CompletableFuture<Boolean> written = new CompletableFuture<>();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile HttpResponse.@Nullable ResponseInfo response;
  private volatile @Nullable RuntimeException refusal;

  BlobWriter(RemoteFile file, FileChannel channel, ObjDoubleConsumer<String> progress) {
    this.file = file;
    this.channel = channel;
    this.progress = progress;
  }

  /** Takes the head of the response whose body is to be written. */
  HttpResponse.BodySubscriber<Boolean> answering(HttpResponse.ResponseInfo head) {
    response = head;
    return this;
  }

  /** Throws what the writer, or who is told of it, refused, if it did. */
  void throwRefusal() {
    RuntimeException thrown = refusal;
    if (thrown != null) {
      throw thrown;
    }
  }

  @Override
  public CompletionStage<Boolean> getBody() {
    return written;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    guarded(newSubscription, () -> begin(present(response, "the response's head")));
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    guarded(
        present(subscription, "a subscription"),
        () -> {
          for (ByteBuffer buffer : buffers) {
            append(buffer);
          }
          progress.accept(file.name(), (double) channel.size() / file.size());
        });
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Does a step and asks for more; a failure ends the response. */
  private void guarded(Flow.Subscription current, Step step) {
    try {
      step.run();
      current.request(1);
    } catch (IOException e) {
      stop(current, e);
    } catch (RuntimeException e) {
      refusal = e;
      stop(current, e);
    }
  }

  private void begin(HttpResponse.ResponseInfo head) throws IOException {
    String type = head.headers().firstValue("Content-Type").orElse("");
    if (HttpFiles.isPage(type)) {
      throw HttpFiles.stranger(file.name(), file.location(), "a file", type);
    }
    requireSameVersion(head);
    if (head.statusCode() != PARTIAL_CONTENT) {
      // A server may answer a request for the rest with the whole.
      channel.truncate(0);
      return;
    }
    String range = head.headers().firstValue("Content-Range").orElse("nothing");
    boolean isOfThisSize = range.endsWith("/" + file.size()) || range.endsWith("/*");
    if (!range.startsWith("bytes " + channel.size() + "-") || !isOfThisSize) {
      throw HttpFiles.failure(
          "%s: expected the bytes from %d on, of %d, found %s"
              .formatted(file.name(), channel.size(), file.size(), range),
          null);
    }
  }

  /** What came of one version is no part of another. */
  private void requireSameVersion(HttpResponse.ResponseInfo head) throws IOException {
    String tag = head.headers().firstValue("ETag").orElse("");
    if (file.validator().startsWith("\"") && !tag.isEmpty() && !tag.equals(file.validator())) {
      channel.truncate(0);
      throw HttpFiles.failure(
          "%s: expected version %s, found %s: it changed on the server while it was fetched; fetch it again"
              .formatted(file.name(), file.validator(), tag),
          null);
    }
  }

  private void append(ByteBuffer bytes) throws IOException {
    if (channel.size() + bytes.remaining() > file.size()) {
      channel.truncate(0);
      throw HttpFiles.failure(
          "%s: expected %d bytes, found more".formatted(file.name(), file.size()), null);
    }
    try {
      channel.position(channel.size());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      // Another connection would not help.
      throw HttpFiles.failure(
          "%s: cannot be written: %s".formatted(file.name(), FileFailure.reason(e)), e);
    }
  }

  private void stop(Flow.Subscription current, Exception reason) {
    current.cancel();
    written.completeExceptionally(reason);
  }

  private <T> T present(@Nullable T given, String what) {
    if (given == null) {
      throw new IllegalStateException(
          "%s: expected %s before the body, found none".formatted(file.name(), what));
    }
    return given;
  }

  @Override
  public void onError(Throwable failure) {
    written.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    written.complete(true);
  }
}
